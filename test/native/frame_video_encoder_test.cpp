#include "video/frame_video_encoder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "picture.h"
#include "video_decoder.h"

namespace pcs {
namespace {

using test::FencedFrame;
using test::Picture;
using test::Samples;

SourceInfo source_of(PixelLayout layout, uint32_t width, uint32_t height) {
  SourceInfo info{};
  info.layout = layout;
  info.width = width;
  info.height = height;
  std::snprintf(info.name, sizeof info.name, "a source");
  return info;
}

std::string plan_code(const VideoEncodeOptions& options, const SourceInfo& source) {
  FrameVideoEncoder::Output output{};
  Failure failure{};
  CHECK_FALSE(FrameVideoEncoder::plan(options, source, output, failure));
  return failure.code;
}

// An encoder with a slot as large as planned.
struct Bench {
  Bench(const VideoEncodeOptions& options, const SourceInfo& source) : encoder(options) {
    Failure failure{};
    REQUIRE(FrameVideoEncoder::plan(options, source, output, failure));
    slot.resize(output.max_bytes);
  }

  std::vector<uint8_t> encode(const Picture& picture, ColorRange range = ColorRange::kLimited,
                              uint32_t bitrate_bps = 2'000'000) {
    const FencedFrame frame(picture, range, 6);
    Failure failure{};
    result = {};
    REQUIRE_MESSAGE(
        encoder.encode(frame.raw(), false, bitrate_bps, {slot.data(), slot.size()}, result, failure),
        failure.message);
    return {slot.begin(), slot.begin() + static_cast<ptrdiff_t>(result.bytes)};
  }

  FrameVideoEncoder encoder;
  FrameVideoEncoder::Output output{};
  std::vector<uint8_t> slot;
  EncodedVideo result{};
};

TEST_CASE("a frame is transformed as planned, and its size is told") {
  VideoEncodeOptions options;
  options.transform = {Orientation::kRotate90, {4, 8, 33, 50}, {}};
  const Picture picture = test::slopes(PixelLayout::kNv12, 96, 64);
  Bench bench(options, source_of(PixelLayout::kNv12, 96, 64));
  CHECK(bench.output.size == Size{32, 50});
  const auto video = bench.encode(picture);
  CHECK(bench.result.width == 32);
  CHECK(bench.result.height == 50);
  CHECK(bench.result.is_keyframe);
  const Picture decoded = test::H264Decoder().decode(video);
  const Samples turned = test::oriented(picture.planes[0], Orientation::kRotate90);
  CHECK(test::largest_difference(decoded.planes[0], test::cropped(turned, 4, 8, 32, 50)) <= 8);
}

TEST_CASE("each codec makes its own video of a frame") {
  const Picture picture = test::slopes(PixelLayout::kI420, 64, 48);
  VideoEncodeOptions options;
  const SourceInfo source = source_of(PixelLayout::kI420, 64, 48);
  Bench h264(options, source);
  options.codec = VideoCodecName::kVp8;
  Bench vp8(options, source);
  const Picture decoded[] = {test::H264Decoder().decode(h264.encode(picture)),
                             test::Vp8Decoder().decode(vp8.encode(picture))};
  for (const Picture& found : decoded)
    CHECK(test::largest_difference(found.planes[0], picture.planes[0]) <= 8);
}

TEST_CASE("video has limited range, and a false label of the frame's own can be overridden") {
  const auto level_of_235 = [](ColorRange label, RangeOverride range) {
    Picture picture(PixelLayout::kI420, 32, 32);
    for (auto& plane : picture.planes) plane.values.assign(plane.values.size(), 235);
    VideoEncodeOptions options;
    options.range = range;
    Bench bench(options, source_of(PixelLayout::kI420, 32, 32));
    return test::H264Decoder().decode(bench.encode(picture, label)).planes[0].at(16, 16);
  };
  constexpr int kNarrowed = 218;  // 16 + 235 * 219 / 255
  CHECK(level_of_235(ColorRange::kFull, RangeOverride::kAuto) == doctest::Approx(kNarrowed).epsilon(0.01));
  CHECK(level_of_235(ColorRange::kLimited, RangeOverride::kAuto) == doctest::Approx(235).epsilon(0.01));
  CHECK(level_of_235(ColorRange::kLimited, RangeOverride::kFull) == doctest::Approx(kNarrowed).epsilon(0.01));
  CHECK(level_of_235(ColorRange::kFull, RangeOverride::kLimited) == doctest::Approx(235).epsilon(0.01));
}

TEST_CASE("a bitrate that changes reaches the codec") {
  Bench bench({}, source_of(PixelLayout::kI420, 320, 240));
  Picture picture = test::noise(PixelLayout::kI420, 320, 240);
  Samples& luma = picture.planes[0];
  for (auto& value : luma.values) value = static_cast<uint8_t>(96 + value / 8);
  const auto bytes_at = [&](uint32_t bitrate_bps) {
    size_t bytes = 0;
    for (int i = 0; i < 60; ++i) {
      std::rotate(luma.values.begin(), luma.values.begin() + 777, luma.values.end());
      const size_t frame_bytes = bench.encode(picture, ColorRange::kLimited, bitrate_bps).size();
      if (i >= 30) bytes += frame_bytes;
    }
    return bytes;
  };
  const size_t many = bytes_at(4'000'000);
  CHECK(bytes_at(1'000'000) < many / 2);
}

TEST_CASE("a frame of nothing but noise fits the slot that was planned for it") {
  for (const auto codec : {VideoCodecName::kH264, VideoCodecName::kVp8}) {
    for (const auto& [width, height] : {std::pair{16U, 16U}, {1280U, 720U}}) {
      CAPTURE(static_cast<int>(codec));
      CAPTURE(width);
      VideoEncodeOptions options;
      options.codec = codec;
      Bench bench(options, source_of(PixelLayout::kI420, width, height));
      const Picture picture = test::noise(PixelLayout::kI420, width, height);
      CHECK(bench.encode(picture, ColorRange::kLimited, 100'000'000).size() <= bench.output.max_bytes);
    }
  }
}

TEST_CASE("a JPEG source has no video, nor has one that is too small or whose crop lies outside") {
  CHECK(plan_code({}, source_of(PixelLayout::kJpeg, 640, 480)) == "ERR_CONFIG_CONFLICT");
  CHECK(plan_code({}, source_of(PixelLayout::kI420, 15, 480)) == "ERR_CONFIG_CONFLICT");
  CHECK(plan_code({}, source_of(PixelLayout::kI420, 640, 15)) == "ERR_CONFIG_CONFLICT");
  VideoEncodeOptions options;
  options.transform.crop = {640, 0, 0, 0};
  CHECK(plan_code(options, source_of(PixelLayout::kI420, 640, 480)) == "ERR_CONFIG_CONFLICT");
}

TEST_CASE(
    "a size that the codec does not have is refused before there is a frame, and with it at the latest") {
  const auto message = [](VideoCodecName codec, uint32_t width, uint32_t height) {
    VideoEncodeOptions options;
    options.codec = codec;
    FrameVideoEncoder::Output output{};
    Failure failure{};
    const bool fits =
        FrameVideoEncoder::plan(options, source_of(PixelLayout::kI420, width, height), output, failure);
    CHECK((fits || std::string(failure.code) == "ERR_CONFIG_CONFLICT"));
    return std::string(fits ? "" : failure.message);
  };
  const auto h264 = VideoCodecName::kH264, vp8 = VideoCodecName::kVp8;
  for (const auto& [width, height] :
       {std::pair{3840U, 2160U}, {4096U, 2304U}, {2304U, 4096U}, {36'000U, 16U}})
    CHECK(message(h264, width, height).empty());
  CHECK(message(h264, 4608, 2592) ==
        "H.264 is at most 4096x2304 pixels or as many in another shape, not 4608x2592: scale or crop");
  CHECK(message(h264, 4096, 2306) ==
        "H.264 is at most 4096x2304 pixels or as many in another shape, not 4096x2306: scale or crop");
  CHECK(message(vp8, 4608, 2592).empty());
  CHECK(message(vp8, 16'383, 16).empty());
  CHECK(message(vp8, 16'384, 16) == "VP8 is at most 16383 pixels wide and high, not 16384x16: scale or crop");
  CHECK(message(vp8, 16, 16'384) == "VP8 is at most 16383 pixels wide and high, not 16x16384: scale or crop");

  FrameVideoEncoder encoder{VideoEncodeOptions{}};
  const FencedFrame frame(Picture(PixelLayout::kI420, 4608, 2592), ColorRange::kLimited, 0);
  std::vector<uint8_t> slot(1000);
  EncodedVideo result{};
  Failure failure{};
  CHECK_FALSE(encoder.encode(frame.raw(), false, 1'000'000, {slot.data(), slot.size()}, result, failure));
  CHECK(std::string(failure.code) == "ERR_ENCODE");
}

TEST_CASE("the largest picture that is planned is one that the codec takes") {
  for (const auto& [codec, width, height] :
       {std::tuple{VideoCodecName::kH264, 4096U, 2304U}, {VideoCodecName::kVp8, 16'382U, 16U}}) {
    CAPTURE(width);
    VideoEncodeOptions options;
    options.codec = codec;
    Bench bench(options, source_of(PixelLayout::kI420, width, height));
    CHECK_FALSE(bench.encode(test::slopes(PixelLayout::kI420, width, height)).empty());
  }
}

// openh264's room for a frame's bits is bounded; it fails with every frame after one that had none.
TEST_CASE("two frames of noise that openh264 has no room for are left out, and the next is a key frame") {
  Bench bench({}, source_of(PixelLayout::kI420, 320, 240));
  const Picture noise = test::noise(PixelLayout::kI420, 320, 240);
  const Picture picture = test::slopes(PixelLayout::kI420, 320, 240);
  CHECK(bench.encode(noise, ColorRange::kLimited, 1'000'000).empty());
  CHECK(bench.encode(noise, ColorRange::kLimited, 1'000'000).empty());
  test::H264Decoder decoder;
  for (int i = 0; i < 3; ++i) {
    CAPTURE(i);
    const Picture decoded = decoder.decode(bench.encode(picture, ColorRange::kLimited, 1'000'000));
    CHECK(test::largest_difference(decoded.planes[0], picture.planes[0]) <= 8);
    CHECK(bench.result.is_keyframe == (i == 0));
    CHECK_FALSE(bench.result.by_hardware);
  }
}

}  // namespace
}  // namespace pcs
