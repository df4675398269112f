#include "encoder/jpeg_encoder.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "jpeg_decoder.h"
#include "picture.h"
#include "recording_progress.h"

namespace pcs {
namespace {

using test::FencedFrame;
using test::FencedMemory;
using test::kLayouts;
using test::Picture;

std::vector<uint8_t> encode(JpegEncoder& encoder, const ImageView& view, int quality) {
  std::vector<uint8_t> out(JpegEncoder::max_bytes(view.layout, view.width, view.height));
  Failure failure{};
  out.resize(encoder.encode(view, {quality, 0}, {out.data(), out.size()}, nullptr, failure));
  REQUIRE_MESSAGE(!out.empty(), std::string(failure.message));
  return out;
}

test::DecodedJpeg decode(const std::vector<uint8_t>& jpeg) {
  return test::decode_jpeg(jpeg.data(), jpeg.size());
}

TEST_CASE("what is encoded at the best quality is decoded again, at any size and layout") {
  JpegEncoder encoder;
  for (const auto& [width, height] :
       {std::pair{1U, 1U}, {16U, 16U}, {17U, 19U}, {31U, 33U}, {642U, 482U}, {40U, 24U}}) {
    for (const PixelLayout layout : kLayouts) {
      CAPTURE(width);
      CAPTURE(static_cast<int>(layout));
      const Picture picture = test::noise(layout, width, height);
      const FencedFrame frame(picture, ColorRange::kFull, 0);
      const auto decoded = decode(encode(encoder, frame.view(), 100));
      CHECK(decoded.is_jfif);
      CHECK(decoded.restart_interval == 0);
      CHECK(decoded.warnings == 0);
      CHECK(decoded.picture.layout ==
            (layout == PixelLayout::kI422 ? PixelLayout::kI422 : PixelLayout::kI420));
      for (int i = 0; i < 3; ++i)
        CHECK(test::largest_difference(decoded.picture.planes[i], picture.planes[i]) <= 3);
    }
  }
}

TEST_CASE("mirrored and reversed pictures are encoded as they are read") {
  JpegEncoder encoder;
  const Picture picture = test::noise(PixelLayout::kNv12, 50, 34);
  const FencedFrame frame(picture, ColorRange::kFull, 3);
  ImageView view = frame.view();
  view.mirror_rows = view.reverse_rows = true;
  const auto decoded = decode(encode(encoder, view, 100));
  for (int i = 0; i < 3; ++i) {
    const auto turned = test::oriented(picture.planes[i], Orientation::kRotate180);
    CHECK(test::largest_difference(decoded.picture.planes[i], turned) <= 3);
  }
}

TEST_CASE("limited range becomes full range in the JPEG") {
  Picture picture(PixelLayout::kI420, 32, 32);
  for (uint32_t y = 0; y < 32; ++y) {
    for (uint32_t x = 0; x < 32; ++x) picture.planes[0].at(x, y) = x < 16 ? 16 : 235;
  }
  std::fill(picture.planes[1].values.begin(), picture.planes[1].values.end(), uint8_t{240});
  std::fill(picture.planes[2].values.begin(), picture.planes[2].values.end(), uint8_t{128});
  const FencedFrame frame(picture, ColorRange::kLimited, 0);
  JpegEncoder encoder;
  const auto decoded = decode(encode(encoder, frame.view(), 95)).picture;
  CHECK(decoded.planes[0].at(0, 0) <= 1);
  CHECK(decoded.planes[0].at(31, 31) >= 254);
  CHECK(decoded.planes[1].at(8, 8) >= 254);
  CHECK(decoded.planes[2].at(8, 8) == 128);
}

TEST_CASE("every quality of 1..100 gives a whole JPEG, with the table of that quality") {
  JpegEncoder encoder;
  const Picture picture = test::slopes(PixelLayout::kI420, 64, 48);
  const FencedFrame frame(picture, ColorRange::kFull, 0);
  for (int quality = 1; quality <= 100; ++quality) {
    CAPTURE(quality);
    const auto jpeg = encode(encoder, frame.view(), quality);
    const auto decoded = decode(jpeg);
    CHECK(decoded.warnings == 0);
    const int scale = quality < 50 ? 5000 / quality : 200 - 2 * quality;
    const int expected = std::clamp((16 * scale + 50) / 100, 1, 255);  // of the base table's first value
    CHECK(decoded.luminance_table[0] == expected);
    CHECK(jpeg[jpeg.size() - 2] == 0xFF);
    CHECK(jpeg[jpeg.size() - 1] == 0xD9);
  }
}

TEST_CASE("restart intervals have as many MCUs as was asked for, with a marker after each but the last") {
  JpegEncoder encoder;
  const Picture picture = test::noise(PixelLayout::kI420, 40, 50);  // 3 x 4 MCUs
  const FencedFrame frame(picture, ColorRange::kFull, 0);
  for (const auto& [mcus, markers] :
       {std::pair{1U, 11}, {2U, 5}, {3U, 3}, {5U, 2}, {6U, 1}, {11U, 1}, {12U, 0}, {65535U, 0}}) {
    CAPTURE(mcus);
    std::vector<uint8_t> jpeg(JpegEncoder::max_bytes(PixelLayout::kI420, 40, 50));
    Failure failure{};
    jpeg.resize(encoder.encode(frame.view(), {100, mcus}, {jpeg.data(), jpeg.size()}, nullptr, failure));
    int found = 0;
    for (size_t i = 0; i + 1 < jpeg.size(); ++i) {
      if (jpeg[i] == 0xFF && jpeg[i + 1] >= 0xD0 && jpeg[i + 1] <= 0xD7) {
        CHECK(jpeg[i + 1] == 0xD0 + found % 8);
        ++found;
      }
    }
    CHECK(found == markers);
    const auto decoded = decode(jpeg);
    CHECK(decoded.restart_interval == mcus);
    CHECK(test::largest_difference(decoded.picture.planes[0], picture.planes[0]) <= 3);
  }
}

TEST_CASE("progress tells of every MCU row but the last, from the whole header on, and of bytes that stay") {
  JpegEncoder encoder;
  const FencedFrame frame(test::noise(PixelLayout::kI420, 642, 482), ColorRange::kFull, 0);
  for (const uint32_t restart_interval : {0U, 7U, 3 * 41U}) {
    std::vector<uint8_t> out(JpegEncoder::max_bytes(PixelLayout::kI420, 642, 482));
    test::RecordingProgress progress(out.data());
    Failure failure{};
    out.resize(
        encoder.encode(frame.view(), {85, restart_interval}, {out.data(), out.size()}, &progress, failure));
    CHECK(progress.count() == 30);
    CHECK(progress.grows_to(out));
    const std::vector<uint8_t> sos = {0xFF, 0xDA, 0x00, 0x0C};
    const auto& first = progress.prefix(0);
    const auto header_end = std::search(first.begin(), first.end(), sos.begin(), sos.end());
    CHECK(first.end() - header_end > 14);
  }
}

TEST_CASE("a JPEG that does not fit its slot is a failure, and nothing is written past the slot") {
  JpegEncoder encoder;
  const Picture picture = test::noise(PixelLayout::kI420, 64, 48);
  const FencedFrame frame(picture, ColorRange::kFull, 0);
  const auto whole = encode(encoder, frame.view(), 90);
  std::vector<size_t> capacities = {0, 1, 2, 19, 20, 21, 600, 623, 700, whole.size() - 2, whole.size() - 1};
  for (const size_t capacity : capacities) {
    CAPTURE(capacity);
    const FencedMemory slot(capacity);
    Failure failure{};
    CHECK(encoder.encode(frame.view(), {90, 0}, {slot.data(), slot.size()}, nullptr, failure) == 0);
    CHECK(std::string(failure.code) == "ERR_ENCODE");
    CHECK(std::string(failure.message).find("a picture of 64x48 was not encoded") == 0);
    CHECK(encode(encoder, frame.view(), 90) == whole);  // the encoder is as good as new
  }
}

TEST_CASE("a picture that libjpeg refuses is a failure") {
  JpegEncoder encoder;
  uint8_t out[100];
  uint8_t row[16] = {};
  Failure failure{};
  const ImageView empty{PixelLayout::kI420, ColorRange::kFull, 16, 0, {{row, 16}, {row, 8}, {row, 8}}};
  CHECK(encoder.encode(empty, {90, 0}, {out, sizeof out}, nullptr, failure) == 0);
  CHECK(std::string(failure.code) == "ERR_ENCODE");
}

TEST_CASE("the announced bound holds for noise at the best quality") {
  JpegEncoder encoder;
  for (const PixelLayout layout : kLayouts) {
    for (const auto& [width, height] : {std::pair{1U, 1U}, {17U, 17U}, {256U, 256U}}) {
      Picture picture = test::noise(layout, width, height);
      for (auto& plane : picture.planes) {
        for (auto& value : plane.values) value = value < 128 ? 0 : 255;
      }
      const FencedFrame frame(picture, ColorRange::kFull, 0);
      for (const uint32_t restart_interval : {0U, 1U}) {
        const FencedMemory slot(JpegEncoder::max_bytes(layout, width, height));
        Failure failure{};
        CHECK(encoder.encode(frame.view(), {100, restart_interval}, {slot.data(), slot.size()}, nullptr,
                             failure));
      }
    }
  }
}

}  // namespace
}  // namespace pcs
