#include "encoder/frame_jpeg_encoder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <string>
#include <vector>

#include "jpeg_decoder.h"
#include "picture.h"
#include "recording_progress.h"

namespace pcs {
namespace {

using test::FencedFrame;
using test::Picture;

std::string plan_code(const EncodeOptions& options, const SourceInfo& source) {
  FrameJpegEncoder::Output output{};
  Failure failure{};
  CHECK_FALSE(FrameJpegEncoder::plan(options, source, output, failure));
  return failure.code;
}

SourceInfo source_of(PixelLayout layout, uint32_t width, uint32_t height) {
  SourceInfo info{};
  info.layout = layout;
  info.width = width;
  info.height = height;
  std::snprintf(info.name, sizeof info.name, "a source");
  return info;
}

RawFrame jpeg_frame(const std::string& bytes) {
  RawFrame frame{};
  frame.layout = PixelLayout::kJpeg;
  frame.planes[0] = {reinterpret_cast<const uint8_t*>(bytes.data()), 0};
  frame.jpeg_bytes = bytes.size();
  return frame;
}

TEST_CASE("a frame is transformed as planned, and its size is told") {
  EncodeOptions options;
  options.quality = 100;
  options.transform = {Orientation::kRotate90, {4, 8, 20, 30}, {}};
  const Picture picture = test::noise(PixelLayout::kI420, 64, 48);
  const FencedFrame frame(picture, ColorRange::kFull, 0);
  FrameJpegEncoder::Output output{};
  Failure failure{};
  REQUIRE(FrameJpegEncoder::plan(options, source_of(PixelLayout::kI420, 64, 48), output, failure));
  CHECK(output.size == Size{20, 30});

  std::vector<uint8_t> slot(output.max_bytes);
  EncodedFrame result{};
  FrameJpegEncoder encoder(options);
  REQUIRE(encoder.encode(frame.raw(), {slot.data(), slot.size()}, nullptr, result, failure));
  CHECK(result.width == 20);
  CHECK(result.height == 30);
  CHECK_FALSE(result.passed_through);
  const auto decoded = test::decode_jpeg(slot.data(), result.jpeg_bytes).picture;
  const auto expected =
      test::cropped(test::oriented(picture.planes[0], Orientation::kRotate90), 4, 8, 20, 30);
  CHECK(test::largest_difference(decoded.planes[0], expected) <= 3);
}

TEST_CASE("a false label of the range can be overridden") {
  const auto black_and_white = [](ColorRange label, RangeOverride range) {
    Picture picture(PixelLayout::kI420, 16, 16);
    std::fill(picture.planes[0].values.begin(), picture.planes[0].values.end(), uint8_t{235});
    EncodeOptions options;
    options.range = range;
    FrameJpegEncoder encoder(options);
    std::vector<uint8_t> slot(10000);
    EncodedFrame result{};
    Failure failure{};
    const FencedFrame frame(picture, label, 0);
    REQUIRE(encoder.encode(frame.raw(), {slot.data(), slot.size()}, nullptr, result, failure));
    return test::decode_jpeg(slot.data(), result.jpeg_bytes).picture.planes[0].at(8, 8);
  };
  CHECK(black_and_white(ColorRange::kLimited, RangeOverride::kAuto) == 255);
  CHECK(black_and_white(ColorRange::kFull, RangeOverride::kAuto) == 235);
  CHECK(black_and_white(ColorRange::kLimited, RangeOverride::kFull) == 235);
  CHECK(black_and_white(ColorRange::kFull, RangeOverride::kLimited) == 255);
}

TEST_CASE("quality changes from the next frame on") {
  EncodeOptions options;
  options.quality = 95;
  FrameJpegEncoder encoder(options);
  const FencedFrame frame(test::noise(PixelLayout::kI420, 64, 64), ColorRange::kFull, 0);
  std::vector<uint8_t> slot(100000);
  EncodedFrame fine{}, coarse{};
  Failure failure{};
  REQUIRE(encoder.encode(frame.raw(), {slot.data(), slot.size()}, nullptr, fine, failure));
  encoder.set_quality(10);
  REQUIRE(encoder.encode(frame.raw(), {slot.data(), slot.size()}, nullptr, coarse, failure));
  CHECK(coarse.jpeg_bytes < fine.jpeg_bytes / 3);
}

TEST_CASE("restart intervals, threads and progress are as the options say") {
  const FencedFrame frame(test::noise(PixelLayout::kI420, 64, 128), ColorRange::kFull, 0);
  std::vector<uint8_t> one_thread;
  for (const uint32_t threads : {1U, 4U}) {
    EncodeOptions options;
    options.restart_interval = 8;
    options.threads = threads;
    FrameJpegEncoder encoder(options);
    std::vector<uint8_t> slot(100000);
    test::RecordingProgress progress(slot.data());
    EncodedFrame result{};
    Failure failure{};
    REQUIRE(encoder.encode(frame.raw(), {slot.data(), slot.size()}, &progress, result, failure));
    slot.resize(result.jpeg_bytes);
    CHECK(test::decode_jpeg(slot.data(), slot.size()).restart_interval == 8);
    CHECK(progress.count() == (threads == 1 ? 7 : 3));  // MCU rows, or stripes
    CHECK(progress.grows_to(slot));
    if (threads == 1) one_thread = slot;
    CHECK((slot == one_thread));
  }
}

TEST_CASE(
    "quality and restart interval change from frame to frame, and the result says which quality it was") {
  FrameJpegEncoder encoder{EncodeOptions{}};
  const FencedFrame frame(test::noise(PixelLayout::kI420, 64, 64), ColorRange::kFull, 0);
  std::vector<uint8_t> slot(100000);
  for (const auto& [quality, interval] : {std::pair{40, 2U}, {90, 16U}}) {
    encoder.set_quality(quality);
    encoder.set_restart_interval(interval);
    EncodedFrame result{};
    Failure failure{};
    REQUIRE(encoder.encode(frame.raw(), {slot.data(), slot.size()}, nullptr, result, failure));
    CHECK(result.quality == quality);
    CHECK(test::decode_jpeg(slot.data(), result.jpeg_bytes).restart_interval == interval);
  }
}

TEST_CASE("several threads are refused without restart intervals, and so are too many or none") {
  const SourceInfo source = source_of(PixelLayout::kI420, 64, 48);
  FrameJpegEncoder::Output output{};
  Failure failure{};
  EncodeOptions options;
  options.threads = 2;
  CHECK(plan_code(options, source) == "ERR_CONFIG_CONFLICT");
  options.restart_interval = 1;
  CHECK(FrameJpegEncoder::plan(options, source, output, failure));
  options.threads = 8;
  CHECK(FrameJpegEncoder::plan(options, source, output, failure));
  options.threads = 9;
  CHECK(plan_code(options, source) == "ERR_CONFIG_CONFLICT");
  options.threads = 0;
  CHECK(plan_code(options, source) == "ERR_CONFIG_CONFLICT");
}

TEST_CASE("a JPEG is passed through byte for byte") {
  FrameJpegEncoder encoder{EncodeOptions{}};
  const test::FencedMemory slot(9);
  EncodedFrame result{};
  Failure failure{};
  test::RecordingProgress progress(slot.data());
  REQUIRE(encoder.encode(jpeg_frame("a picture"), {slot.data(), slot.size()}, &progress, result, failure));
  CHECK(progress.count() == 0);
  CHECK(result.passed_through);
  CHECK(result.jpeg_bytes == 9);
  CHECK(std::memcmp(slot.data(), "a picture", 9) == 0);
  CHECK_FALSE(encoder.encode(jpeg_frame("a picture!"), {slot.data(), slot.size()}, nullptr, result, failure));
  CHECK(std::string(failure.code) == "ERR_ENCODE");
}

TEST_CASE("a JPEG source cannot be flipped, cropped or scaled") {
  SourceInfo source = source_of(PixelLayout::kJpeg, 0, 0);
  source.max_jpeg_bytes = 1234;
  FrameJpegEncoder::Output output{};
  Failure failure{};
  REQUIRE(FrameJpegEncoder::plan({}, source, output, failure));
  CHECK(output.max_bytes == 1234);
  for (const TransformOptions& transform : {TransformOptions{Orientation::kRotate180, {}, {}},
                                            TransformOptions{Orientation::kNone, {0, 2, 0, 0}, {}},
                                            TransformOptions{Orientation::kNone, {2, 0, 0, 0}, {}},
                                            TransformOptions{Orientation::kNone, {0, 0, 2, 0}, {}},
                                            TransformOptions{Orientation::kNone, {0, 0, 0, 2}, {}},
                                            TransformOptions{Orientation::kNone, {}, {32, 24}}}) {
    CHECK(plan_code({85, transform, RangeOverride::kAuto}, source) == "ERR_CONFIG_CONFLICT");
  }
}

TEST_CASE("sizes that no JPEG has are refused") {
  CHECK(plan_code({}, source_of(PixelLayout::kI420, 65501, 16)) == "ERR_JPEG_SIZE");
  CHECK(plan_code({}, source_of(PixelLayout::kI420, 16, 65501)) == "ERR_JPEG_SIZE");
  EncodeOptions scaled;
  scaled.transform.target = {70000, 16};
  CHECK(plan_code(scaled, source_of(PixelLayout::kI420, 16, 16)) == "ERR_JPEG_SIZE");
}

TEST_CASE("a crop outside the picture is refused when it is planned") {
  EncodeOptions options;
  options.transform.crop = {640, 0, 0, 0};
  CHECK(plan_code(options, source_of(PixelLayout::kI420, 640, 480)) == "ERR_CONFIG_CONFLICT");
}

}  // namespace
}  // namespace pcs
