// Raw frames in, JPEG out: transform, encode, or pass through what already is JPEG.
#pragma once

#include <atomic>

#include "core/capture_session.h"
#include "encoder/image_transform.h"
#include "encoder/jpeg_encoder.h"

namespace pcs {

enum class RangeOverride : uint32_t { kAuto, kFull, kLimited };

struct EncodeOptions {
  int quality = 85;  // 1..100, libjpeg's
  TransformOptions transform;
  RangeOverride range = RangeOverride::kAuto;  // for sources whose own label is known to be false
};

class FrameJpegEncoder final : public FrameEncoder {
 public:
  explicit FrameJpegEncoder(const EncodeOptions& options)
      : quality_(options.quality), range_(options.range), transform_(options.transform) {}

  bool encode(const RawFrame& frame, FrameSlot slot, EncodedFrame& result, Failure& failure) override;

  void set_quality(int quality) { quality_ = quality; }  // any thread; from the next frame on

  // How a source's frames will come out. False with the reason when the options do not fit the source.
  struct Output {
    Size size;
    size_t max_bytes;
  };
  static bool plan(const EncodeOptions& options, const SourceInfo& source, Output& output, Failure& failure);

 private:
  std::atomic<int> quality_;
  RangeOverride range_;
  ImageTransform transform_;
  JpegEncoder jpeg_;
};

}  // namespace pcs
