// A codec that encodes by a fake device.
#pragma once

#include <doctest/doctest.h>

#include <memory>

#include "fake_v4l2_device.h"
#include "video/video_codec.h"

namespace pcs::test {

inline VideoSettings v4l2_settings(uint32_t width = 322, uint32_t height = 242) {
  VideoSettings settings;
  settings.width = width;
  settings.height = height;
  settings.bitrate_bps = 1'000'000;
  settings.keyframe_interval = 300;
  return settings;
}

// Null with the reason.
inline std::unique_ptr<VideoCodec> open_fake(FakeNode& node, const VideoSettings& settings,
                                             Failure& failure) {
  return open_v4l2_h264_codec(settings, failure, opens({{"/dev/video11", &node}}));
}

// The codec of one fake device and a picture for it, 30 times a second.
struct V4l2Bench {
  static constexpr int64_t kFrameUs = 33'333;

  explicit V4l2Bench(FakeNode& node, const VideoSettings& settings = v4l2_settings())
      : picture(noise(PixelLayout::kI420, settings.width, settings.height)) {
    Failure failure{};
    codec = open_fake(node, settings, failure);
    REQUIRE_MESSAGE(codec, failure.message);
  }

  bool try_encode(bool wants_keyframe, Failure& failure) {
    const FencedFrame frame(picture, ColorRange::kLimited, 6);
    const FencedMemory slot(slot_bytes);
    time_us += kFrameUs;
    const bool done =
        codec->encode(frame.view(), time_us, wants_keyframe, {slot.data(), slot.size()}, result, failure);
    bytes = done ? Bytes(slot.data(), slot.data() + result.bytes) : Bytes();
    return done;
  }

  Bytes encode(bool wants_keyframe = false) {
    Failure failure{};
    REQUIRE_MESSAGE(try_encode(wants_keyframe, failure), failure.message);
    return bytes;
  }

  std::unique_ptr<VideoCodec> codec;
  Picture picture;
  int64_t time_us = 68'400'000'000;
  size_t slot_bytes = 200'000;
  VideoBytes result{};
  Bytes bytes;
};

}  // namespace pcs::test
