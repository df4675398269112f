#include "encoder/image_transform.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

#include "picture.h"

namespace pcs {
namespace {

using test::FencedFrame;
using test::kLayouts;
using test::kOrientations;
using test::Picture;
using test::Samples;

constexpr Size kSizes[] = {{16, 16}, {17, 19}, {64, 48}, {33, 20}, {66, 50}};

// The rectangle of the frame that becomes the crop, found by turning the frame's coordinates themselves.
CropRectangle in_frame(const CropRectangle& crop, Orientation orientation, Size frame) {
  Samples columns(frame.width, frame.height), rows(frame.width, frame.height);
  for (uint32_t y = 0; y < frame.height; ++y) {
    for (uint32_t x = 0; x < frame.width; ++x) {
      columns.at(x, y) = static_cast<uint8_t>(x);
      rows.at(x, y) = static_cast<uint8_t>(y);
    }
  }
  const auto corner = [&](const Samples& coordinates) {
    const Samples part =
        test::cropped(test::oriented(coordinates, orientation), crop.x, crop.y, crop.width, crop.height);
    return *std::min_element(part.values.begin(), part.values.end());
  };
  const bool turned = test::quarter_turn(orientation);
  return {corner(columns), corner(rows), turned ? crop.height : crop.width,
          turned ? crop.width : crop.height};
}

// Cut out of the frame where chroma samples begin, then turned; chroma like luma.
Picture expected_picture(const Picture& frame, Orientation orientation, const CropRectangle& crop) {
  CropRectangle part = in_frame(crop, orientation, {frame.planes[0].width, frame.planes[0].height});
  part.x -= part.x % 2;
  part.y -= part.y % 2;
  const uint32_t halved = frame.layout == PixelLayout::kI422 ? 1 : 2;
  Picture result(frame.layout, part.width, part.height);
  for (int i = 0; i < 3; ++i) {
    const Samples& size = result.planes[i];
    const uint32_t x = i == 0 ? part.x : part.x / 2, y = i == 0 ? part.y : part.y / halved;
    result.planes[i] =
        test::oriented(test::cropped(frame.planes[i], x, y, size.width, size.height), orientation);
  }
  return result;
}

Picture transformed(ImageTransform& transform, const FencedFrame& frame) {
  ImageView view{};
  Failure failure{};
  REQUIRE(transform.apply(frame.raw(), view, failure));
  return test::picture_of(view);
}

Picture transformed(const TransformOptions& options, const Picture& picture) {
  ImageTransform transform(options);
  return transformed(transform, FencedFrame(picture, ColorRange::kFull, 6));
}

TEST_CASE("every orientation of every layout, cropped anywhere, is what a sample by sample copy is") {
  for (const Size size : kSizes) {
    for (const PixelLayout layout : kLayouts) {
      const Picture frame = test::noise(layout, size.width, size.height);
      for (const Orientation orientation : kOrientations) {
        if (layout == PixelLayout::kI422 && test::quarter_turn(orientation))
          continue;  // becomes 4:2:0, below
        const bool turned = test::quarter_turn(orientation);
        const CropRectangle whole{0, 0, turned ? size.height : size.width, turned ? size.width : size.height};
        for (const CropRectangle& crop : {whole, {2, 4, 9, 7}, {4, 2, 8, 10}, {6, 6, 1, 1}}) {
          CAPTURE(size.width);
          CAPTURE(static_cast<int>(layout));
          CAPTURE(static_cast<int>(orientation));
          CAPTURE(crop.width);
          const Picture result = transformed({orientation, crop, {}}, frame);
          const Picture expected = expected_picture(frame, orientation, crop);
          for (int i = 0; i < 3; ++i) CHECK(result.planes[i] == expected.planes[i]);
        }
      }
    }
  }
}

TEST_CASE("an odd offset is rounded down in the picture that the viewer sees, whoever turns it") {
  for (const Orientation orientation : kOrientations) {
    const Picture seen = test::noise(PixelLayout::kI420, 32, 32);
    Picture frame = seen;
    for (int i = 0; i < 3; ++i) {
      // What the sensor saw before it was turned.
      const Orientation back = orientation == Orientation::kRotate90    ? Orientation::kRotate270
                               : orientation == Orientation::kRotate270 ? Orientation::kRotate90
                                                                        : orientation;
      frame.planes[i] = test::oriented(seen.planes[i], back);
    }
    CAPTURE(static_cast<int>(orientation));
    const Picture by_camera = transformed({Orientation::kNone, {5, 7, 12, 10}, {}}, seen);
    const Picture by_code = transformed({orientation, {5, 7, 12, 10}, {}}, frame);
    CHECK(by_camera.planes[0] == test::cropped(seen.planes[0], 4, 6, 12, 10));
    for (int i = 0; i < 3; ++i) CHECK(by_code.planes[i] == by_camera.planes[i]);
  }
}

TEST_CASE("4:2:2 that is turned by a quarter becomes 4:2:0, each chroma sample the mean of two") {
  for (const Size size : {Size{64, 48}, Size{34, 20}}) {
    const Picture frame = test::slopes(PixelLayout::kI422, size.width, size.height);
    for (const Orientation orientation : {Orientation::kRotate90, Orientation::kRotate270}) {
      const Picture result = transformed({orientation, {}, {}}, frame);
      CHECK(result.layout == PixelLayout::kI420);
      CHECK(result.planes[0] == test::oriented(frame.planes[0], orientation));
      for (int i = 1; i < 3; ++i) {
        const Samples& chroma = frame.planes[i];
        Samples halved(chroma.width, chroma.height / 2);
        for (uint32_t y = 0; y < halved.height; ++y) {
          for (uint32_t x = 0; x < halved.width; ++x)
            halved.at(x, y) = static_cast<uint8_t>((chroma.at(x, 2 * y) + chroma.at(x, 2 * y + 1) + 1) / 2);
        }
        CHECK(test::largest_difference(result.planes[i], test::oriented(halved, orientation)) <= 1);
      }
    }
  }
}

TEST_CASE("a picture scaled, and perhaps turned, keeps its slopes") {
  for (const Size target : {Size{32, 24}, Size{33, 25}, Size{128, 96}, Size{50, 70}}) {
    for (const PixelLayout layout : kLayouts) {
      for (const Orientation orientation : kOrientations) {
        CAPTURE(target.width);
        CAPTURE(static_cast<int>(layout));
        CAPTURE(static_cast<int>(orientation));
        const Picture result = transformed({orientation, {}, target}, test::slopes(layout, 64, 48));
        const bool turned = test::quarter_turn(orientation);
        const Picture smooth = turned ? test::slopes(PixelLayout::kI420, target.height, target.width)
                                      : test::slopes(PixelLayout::kI420, target.width, target.height);
        for (int i = 0; i < 3; ++i) {
          const Samples expected = test::oriented(smooth.planes[i], orientation);
          CHECK(test::largest_difference(result.planes[i], expected) <= 5);
        }
      }
    }
  }
}

TEST_CASE("crop comes before scaling") {
  Picture frame(PixelLayout::kI420, 64, 48);
  for (uint32_t y = 8; y < 24; ++y) {
    for (uint32_t x = 16; x < 48; ++x) frame.planes[0].at(x, y) = 200;
  }
  const Picture result = transformed({Orientation::kNone, {16, 8, 32, 16}, {64, 32}}, frame);
  CHECK(result.planes[0].width == 64);
  CHECK(result.planes[0].height == 32);
  for (const uint8_t sample : result.planes[0].values) CHECK(sample == 200);
}

TEST_CASE("one object serves frame after frame") {
  ImageTransform transform({Orientation::kRotate90, {}, {24, 32}});
  const Picture one = test::slopes(PixelLayout::kNv12, 64, 48),
                other = test::noise(PixelLayout::kNv12, 64, 48);
  const Picture first = transformed(transform, FencedFrame(one, ColorRange::kFull, 0));
  transformed(transform, FencedFrame(other, ColorRange::kFull, 10));
  const Picture again = transformed(transform, FencedFrame(one, ColorRange::kFull, 0));
  for (int i = 0; i < 3; ++i) CHECK(first.planes[i] == again.planes[i]);
}

TEST_CASE("the range passes through") {
  ImageTransform transform({Orientation::kRotate90, {}, {24, 32}});
  for (const ColorRange range : {ColorRange::kLimited, ColorRange::kFull}) {
    const FencedFrame frame(test::slopes(PixelLayout::kI420, 64, 48), range, 0);
    ImageView view{};
    Failure failure{};
    REQUIRE(transform.apply(frame.raw(), view, failure));
    CHECK(view.range == range);
  }
}

TEST_CASE("the size of the result is known beforehand") {
  const auto size = [](const TransformOptions& options) {
    Size output{};
    Failure failure{};
    REQUIRE(ImageTransform::output_size(options, {640, 480}, output, failure));
    return output;
  };
  CHECK(size({}) == Size{640, 480});
  CHECK(size({Orientation::kRotate90, {}, {}}) == Size{480, 640});
  CHECK(size({Orientation::kRotate180, {}, {}}) == Size{640, 480});
  CHECK(size({Orientation::kNone, {100, 80, 0, 0}, {}}) == Size{540, 400});
  CHECK(size({Orientation::kRotate270, {100, 80, 0, 0}, {}}) == Size{380, 560});
  CHECK(size({Orientation::kRotate90, {0, 0, 480, 640}, {320, 240}}) == Size{320, 240});
}

TEST_CASE("a crop that does not lie inside the picture is refused") {
  for (const CropRectangle crop :
       {CropRectangle{640, 0, 0, 0}, CropRectangle{0, 480, 0, 0}, CropRectangle{2, 0, 640, 480},
        CropRectangle{0, 0, 640, 481}, CropRectangle{8, 8, 0xFFFFFFFF, 8}}) {
    Size output{};
    Failure failure{};
    CHECK_FALSE(ImageTransform::output_size({Orientation::kNone, crop, {}}, {640, 480}, output, failure));
    CHECK(std::string(failure.code) == "ERR_CONFIG_CONFLICT");
    CHECK(std::string(failure.message).find("which is 640x480") != std::string::npos);
    const FencedFrame frame(Picture(PixelLayout::kI420, 640, 480), ColorRange::kFull, 0);
    ImageView view{};
    CHECK_FALSE(ImageTransform({Orientation::kNone, crop, {}}).apply(frame.raw(), view, failure));
  }
}

}  // namespace
}  // namespace pcs
