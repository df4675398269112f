// Raw planes to a baseline JPEG by libjpeg-turbo.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>

#include "core/failure.h"
#include "encoder/image_view.h"

namespace pcs {

// One encoder for one camera; one thread at a time. What comes out is JFIF: full-range BT.601, 4:2:0 or
// 4:2:2 as the picture is, with the standard Huffman tables, which RFC 2435 demands, and no restart markers.
class JpegEncoder {
 public:
  JpegEncoder();
  ~JpegEncoder();
  JpegEncoder(const JpegEncoder&) = delete;
  JpegEncoder& operator=(const JpegEncoder&) = delete;

  // Writes the JPEG into out and returns its length in bytes; 0 with the reason in failure, when it does not
  // fit or libjpeg refuses. quality is libjpeg's, 1..100.
  size_t encode(const ImageView& image, int quality, uint8_t* out, size_t capacity_bytes, Failure& failure);

  // No JPEG of this size and layout is longer (the bound of libjpeg-turbo's tjBufSize).
  static size_t max_bytes(PixelLayout layout, uint32_t width, uint32_t height);

 private:
  struct Codec;
  std::unique_ptr<Codec> codec_;
};

}  // namespace pcs
