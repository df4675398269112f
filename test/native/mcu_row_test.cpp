#include "encoder/mcu_row.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>

#include "picture.h"

namespace pcs {
namespace {

using test::FencedFrame;
using test::kLayouts;
using test::Picture;
using test::Samples;

constexpr uint32_t kSizes[][2] = {{1, 1},   {2, 2},   {15, 17}, {16, 16}, {16, 15},
                                  {17, 16}, {33, 31}, {66, 50}, {128, 9}};

// The scratch of the MCU row at first_row has to hold `picture` continued by its edge.
bool holds(const McuRow& mcu_row, const Picture& picture, uint32_t first_row) {
  const uint32_t padded_width = (picture.planes[0].width + 15) / 16 * 16;
  for (int i = 0; i < 3; ++i) {
    const Samples& plane = picture.planes[i];
    const uint32_t rows = i == 0 ? mcu_row.luma_rows() : McuRow::kChromaRows;
    const uint32_t begin = i == 0 ? first_row : first_row / mcu_row.luma_rows() * McuRow::kChromaRows;
    for (uint32_t y = 0; y < rows; ++y) {
      for (uint32_t x = 0; x < (i == 0 ? padded_width : padded_width / 2); ++x) {
        const uint8_t expected =
            plane.at(std::min(x, plane.width - 1), std::min(begin + y, plane.height - 1));
        if (mcu_row.rows(i)[y][x] != expected) return false;
      }
    }
  }
  return true;
}

TEST_CASE("every MCU row holds the picture, continued by its edge, and nothing is read past it") {
  McuRow mcu_row;
  for (const auto& [width, height] : kSizes) {
    for (const PixelLayout layout : kLayouts) {
      for (const auto orientation : {Orientation::kNone, Orientation::kHorizontalFlip,
                                     Orientation::kVerticalFlip, Orientation::kRotate180}) {
        for (const uint32_t padding : {0U, 13U}) {
          CAPTURE(width);
          CAPTURE(height);
          CAPTURE(static_cast<int>(layout));
          CAPTURE(static_cast<int>(orientation));
          Picture picture = test::noise(layout, width, height);
          const FencedFrame frame(picture, ColorRange::kFull, padding);
          ImageView view = frame.view();
          const bool half_turn = orientation == Orientation::kRotate180;
          view.mirror_rows = half_turn || orientation == Orientation::kHorizontalFlip;
          view.reverse_rows = half_turn || orientation == Orientation::kVerticalFlip;
          for (auto& plane : picture.planes) plane = test::oriented(plane, orientation);
          mcu_row.reset(layout, width);
          CHECK(mcu_row.luma_rows() == (layout == PixelLayout::kI422 ? 8 : 16));
          for (uint32_t row = 0; row < height; row += mcu_row.luma_rows()) {
            mcu_row.gather(view, row);
            CHECK(holds(mcu_row, picture, row));
          }
        }
      }
    }
  }
}

TEST_CASE("limited range is widened as BT.601 says, to the nearest level, and clamped") {
  for (const PixelLayout layout : kLayouts) {
    Picture picture(layout, 256, 16);
    for (auto& plane : picture.planes) {
      for (uint32_t y = 0; y < plane.height; ++y) {
        for (uint32_t x = 0; x < plane.width; ++x)
          plane.at(x, y) = static_cast<uint8_t>(plane.width == 256 ? x : 2 * x + y % 2);
      }
    }
    const FencedFrame frame(picture, ColorRange::kLimited, 0);
    McuRow mcu_row;
    mcu_row.reset(layout, 256);
    mcu_row.gather(frame.view(), 0);
    for (int i = 0; i < 3; ++i) {
      for (uint32_t y = 0; y < 2; ++y) {
        for (uint32_t x = 0; x < picture.planes[i].width; ++x) {
          const double limited = picture.planes[i].at(x, y);
          const double full = i == 0 ? (limited - 16) * 255 / 219 : (limited - 128) * 255 / 224 + 128;
          const double difference = mcu_row.rows(i)[y][x] - std::clamp(full, 0.0, 255.0);
          CHECK(std::abs(difference) <= 0.5);
        }
      }
    }
  }
}

TEST_CASE("full range is left as it is") {
  Picture picture(PixelLayout::kI420, 16, 16);
  for (auto& plane : picture.planes) std::fill(plane.values.begin(), plane.values.end(), uint8_t{3});
  const FencedFrame frame(picture, ColorRange::kFull, 0);
  McuRow mcu_row;
  mcu_row.reset(PixelLayout::kI420, 16);
  mcu_row.gather(frame.view(), 0);
  CHECK(holds(mcu_row, picture, 0));
}

TEST_CASE("one scratch serves pictures of any size and layout in turn") {
  McuRow mcu_row;
  for (const auto& [width, layout] : {std::pair{128U, PixelLayout::kI420},
                                      {16U, PixelLayout::kI422},
                                      {640U, PixelLayout::kNv12},
                                      {15U, PixelLayout::kI420}}) {
    const Picture picture = test::noise(layout, width, 20);
    const FencedFrame frame(picture, ColorRange::kFull, 0);
    mcu_row.reset(layout, width);
    mcu_row.gather(frame.view(), 16);
    CHECK(holds(mcu_row, picture, 16));
  }
}

}  // namespace
}  // namespace pcs
