// Raw planes to a baseline JPEG by libjpeg-turbo.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/encode_progress.h"
#include "core/failure.h"
#include "core/frame_pool.h"
#include "encoder/image_view.h"

namespace pcs {

struct JpegSettings {
  int quality;                // libjpeg's, 1..100
  uint32_t restart_interval;  // MCUs, at most 65535 (ITU-T T.81, section B.2.4.4); 0: no restart markers
};

// Whole MCU rows of a picture, in rows of luma samples. The last ones may go past the picture's end.
struct Stripe {
  uint32_t first_row;
  uint32_t row_count;
};

// One libjpeg compressor; one thread at a time. What comes out is JFIF: full-range BT.601, 4:2:0 or 4:2:2 as
// the picture is, with the standard Huffman tables, which RFC 2435 demands.
class JpegEncoder {
 public:
  JpegEncoder();
  ~JpegEncoder();
  JpegEncoder(const JpegEncoder&) = delete;
  JpegEncoder& operator=(const JpegEncoder&) = delete;

  // Writes the JPEG and returns its length in bytes; 0 with the reason in failure, when it does not fit or
  // libjpeg refuses. progress may be null.
  size_t encode(const ImageView& image, const JpegSettings& settings, FrameSlot out, EncodeProgress* progress,
                Failure& failure);

  // The same of one stripe, as a JPEG that is as high as the stripe.
  size_t encode_stripe(const ImageView& image, const JpegSettings& settings, const Stripe& stripe,
                       FrameSlot out, Failure& failure);

  // No JPEG of this size and layout is longer (the bound of libjpeg-turbo's tjBufSize).
  static size_t max_bytes(PixelLayout layout, uint32_t width, uint32_t height);

 private:
  struct Codec;
  std::unique_ptr<Codec> codec_;
};

}  // namespace pcs
