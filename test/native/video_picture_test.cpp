#include "video/video_picture.h"

#include <doctest/doctest.h>

#include <cmath>

#include "encoder/image_transform.h"
#include "picture.h"

namespace pcs {
namespace {

using test::FencedFrame;
using test::kLayouts;
using test::kOrientations;
using test::Picture;
using test::Samples;

constexpr Size kSizes[] = {{16, 16}, {17, 19}, {64, 48}, {33, 20}, {66, 50}};

// By the definition of BT.601: 0..255 becomes 16..235 for luma and 16..240 for chroma.
Samples narrowed(Samples samples, bool is_luma) {
  for (auto& value : samples.values) {
    const double level = is_luma ? 16 + value * 219 / 255.0 : 128 + (value - 128) * 224 / 255.0;
    value = static_cast<uint8_t>(std::lround(level));
  }
  return samples;
}

Samples rows_averaged(const Samples& samples) {
  Samples result(samples.width, samples.height / 2);
  for (uint32_t y = 0; y < result.height; ++y) {
    for (uint32_t x = 0; x < result.width; ++x)
      result.at(x, y) = static_cast<uint8_t>((samples.at(x, 2 * y) + samples.at(x, 2 * y + 1) + 1) / 2);
  }
  return result;
}

// A picture of any layout, sample by sample, as an encoder of video is to have it.
Picture expected_picture(const Picture& picture, ColorRange range, Orientation flip) {
  const uint32_t width = picture.planes[0].width / 2 * 2, height = picture.planes[0].height / 2 * 2;
  Picture result(PixelLayout::kI420, width, height);
  for (int i = 0; i < 3; ++i) {
    const Samples& size = result.planes[i];
    const bool has_all_rows = i > 0 && picture.layout == PixelLayout::kI422;
    const Samples plane = has_all_rows ? rows_averaged(picture.planes[i]) : picture.planes[i];
    const Samples even = test::oriented(test::cropped(plane, 0, 0, size.width, size.height), flip);
    result.planes[i] = range == ColorRange::kFull ? narrowed(even, i == 0) : even;
  }
  return result;
}

void check_form(const ImageView& view, uint32_t width, uint32_t height) {
  CHECK(view.layout == PixelLayout::kI420);
  CHECK(view.range == ColorRange::kLimited);
  CHECK(view.width == width);
  CHECK(view.height == height);
  CHECK_FALSE(view.mirror_rows);
  CHECK_FALSE(view.reverse_rows);
}

TEST_CASE("any layout, range, flip and size comes out as a sample by sample conversion has it") {
  VideoPicture video;  // one for all: its buffers are used again
  for (const Size size : kSizes) {
    for (const PixelLayout layout : kLayouts) {
      const Picture picture = test::noise(layout, size.width, size.height);
      for (const ColorRange range : {ColorRange::kFull, ColorRange::kLimited}) {
        for (const Orientation flip : {Orientation::kNone, Orientation::kHorizontalFlip,
                                       Orientation::kVerticalFlip, Orientation::kRotate180}) {
          CAPTURE(size.width);
          CAPTURE(static_cast<int>(layout));
          CAPTURE(static_cast<int>(range));
          CAPTURE(static_cast<int>(flip));
          const FencedFrame frame(picture, range, 6);
          ImageView view = frame.view();
          view.mirror_rows = flip == Orientation::kHorizontalFlip || flip == Orientation::kRotate180;
          view.reverse_rows = flip == Orientation::kVerticalFlip || flip == Orientation::kRotate180;
          const ImageView result = video.of(view);
          check_form(result, size.width & ~1U, size.height & ~1U);
          const Picture expected = expected_picture(picture, range, flip), found = test::picture_of(result);
          const int tolerance = range == ColorRange::kFull ? 1 : 0;  // the division is rounded
          for (int i = 0; i < 3; ++i) {
            CAPTURE(i);
            CHECK(test::largest_difference(found.planes[i], expected.planes[i]) <= tolerance);
          }
        }
      }
    }
  }
}

TEST_CASE("black, white and grey are exact") {
  Picture picture(PixelLayout::kI420, 16, 16);
  constexpr uint8_t kLevels[] = {0, 128, 255};
  for (auto& plane : picture.planes) {
    for (uint32_t x = 0; x < 3; ++x) plane.at(x, 0) = kLevels[x];
  }
  VideoPicture video;
  const Picture found = test::picture_of(video.of(FencedFrame(picture, ColorRange::kFull, 0).view()));
  CHECK(found.planes[0].at(0, 0) == 16);
  CHECK(found.planes[0].at(2, 0) == 235);
  for (int i = 1; i < 3; ++i) {
    CHECK(found.planes[i].at(0, 0) == 16);
    CHECK(found.planes[i].at(1, 0) == 128);
    CHECK(found.planes[i].at(2, 0) == 240);
  }
}

TEST_CASE("a picture that has the form already is not copied") {
  const FencedFrame frame(test::noise(PixelLayout::kI420, 17, 19), ColorRange::kLimited, 6);
  VideoPicture video;
  const ImageView result = video.of(frame.view());
  for (int i = 0; i < 3; ++i) {
    CHECK(result.planes[i].data == frame.raw().planes[i].data);
    CHECK(result.planes[i].stride == frame.raw().planes[i].stride);
  }
}

TEST_CASE("what a crop and a turn leave is brought into the form") {
  constexpr CropRectangle kCrop{4, 8, 22, 14};
  for (const PixelLayout layout : {PixelLayout::kI420, PixelLayout::kNv12}) {
    const Picture picture = test::noise(layout, 64, 48);
    for (const Orientation orientation : kOrientations) {
      CAPTURE(static_cast<int>(layout));
      CAPTURE(static_cast<int>(orientation));
      const FencedFrame frame(picture, ColorRange::kFull, 6);
      ImageTransform transform({orientation, kCrop, {}});
      ImageView cropped{};
      Failure failure{};
      REQUIRE(transform.apply(frame.raw(), cropped, failure));
      VideoPicture video;
      const ImageView result = video.of(cropped);
      check_form(result, 22, 14);
      const Picture found = test::picture_of(result);
      for (uint32_t i = 0; i < 3; ++i) {
        const uint32_t part = i == 0 ? 1 : 2;
        const Samples turned = test::oriented(picture.planes[i], orientation);
        const Samples expected =
            test::cropped(turned, kCrop.x / part, kCrop.y / part, kCrop.width / part, kCrop.height / part);
        CHECK(test::largest_difference(found.planes[i], narrowed(expected, i == 0)) <= 1);
      }
    }
  }
}

TEST_CASE("a picture that was scaled is brought into the form") {
  const Picture picture = test::slopes(PixelLayout::kNv12, 64, 48);
  const Picture half = test::slopes(PixelLayout::kI420, 32, 24);
  const FencedFrame frame(picture, ColorRange::kFull, 6);
  ImageTransform transform({Orientation::kNone, {}, {32, 24}});
  ImageView scaled{};
  Failure failure{};
  REQUIRE(transform.apply(frame.raw(), scaled, failure));
  VideoPicture video;
  const ImageView result = video.of(scaled);
  check_form(result, 32, 24);
  const Picture found = test::picture_of(result);
  for (int i = 0; i < 3; ++i)
    CHECK(test::largest_difference(found.planes[i], narrowed(half.planes[i], i == 0)) <= 2);
}

}  // namespace
}  // namespace pcs
