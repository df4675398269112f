// Raw frames in, JPEG out: transform, encode, or pass through what already is JPEG.
#pragma once

#include <atomic>

#include "core/capture_session.h"
#include "encoder/image_transform.h"
#include "encoder/stripe_encoder.h"

namespace pcs {

enum class RangeOverride : uint32_t { kAuto, kFull, kLimited };

struct EncodeOptions {
  int quality = 85;  // 1..100, libjpeg's
  TransformOptions transform;
  RangeOverride range = RangeOverride::kAuto;  // for sources whose own label is known to be false
  uint32_t restart_interval = 0;               // MCUs, 0..65535; 0: no restart markers
  uint32_t threads = 1;                        // 1..8 that encode a frame; several need restart_interval
};

class FrameJpegEncoder final : public FrameEncoder {
 public:
  explicit FrameJpegEncoder(const EncodeOptions& options)
      : quality_(options.quality),
        restart_interval_(options.restart_interval),
        range_(options.range),
        transform_(options.transform),
        jpeg_(options.threads) {}

  bool encode(const RawFrame& frame, FrameSlot slot, EncodeProgress* progress, EncodedFrame& result,
              Failure& failure) override;
  void stop() override { jpeg_.stop(); }

  // Any thread; from the next frame on.
  void set_quality(int quality) { quality_ = quality; }
  void set_restart_interval(uint32_t mcus) { restart_interval_ = mcus; }

  // How a source's frames will come out. False with the reason when the options do not fit the source.
  struct Output {
    Size size;
    size_t max_bytes;
  };
  static bool plan(const EncodeOptions& options, const SourceInfo& source, Output& output, Failure& failure);

 private:
  std::atomic<int> quality_;
  std::atomic<uint32_t> restart_interval_;
  const RangeOverride range_;
  ImageTransform transform_;
  StripeEncoder jpeg_;
};

}  // namespace pcs
