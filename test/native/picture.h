// Pictures as simple as can be, to compare the fast code with: planar, no padding, one sample at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "core/raw_frame.h"
#include "encoder/image_transform.h"
#include "encoder/image_view.h"
#include "support.h"

namespace pcs::test {

// One plane of samples.
struct Samples {
  Samples() = default;
  Samples(uint32_t columns, uint32_t rows) : width(columns), height(rows), values(size_t{columns} * rows) {}

  uint8_t& at(uint32_t x, uint32_t y) { return values.at(size_t{y} * width + x); }
  uint8_t at(uint32_t x, uint32_t y) const { return values.at(size_t{y} * width + x); }
  bool operator==(const Samples&) const = default;

  uint32_t width = 0;
  uint32_t height = 0;
  std::vector<uint8_t> values;
};

// Y, Cb and Cr. NV12 differs from I420 only in memory.
struct Picture {
  Picture(PixelLayout its_layout, uint32_t width, uint32_t height);

  PixelLayout layout;
  Samples planes[3];
};

Picture noise(PixelLayout layout, uint32_t width, uint32_t height);
// Slopes in every plane: scaling and averaging can be computed for it.
Picture slopes(PixelLayout layout, uint32_t width, uint32_t height);

Samples cropped(const Samples& samples, uint32_t x, uint32_t y, uint32_t width, uint32_t height);
Samples oriented(const Samples& samples, Orientation orientation);

// The largest difference between two planes of one size; 256 when the sizes differ.
int largest_difference(const Samples& a, const Samples& b);

// What an ImageView shows, read in its own order.
Picture picture_of(const ImageView& view);

// A picture in memory as a camera lends it, with a fence right behind the last sample of each plane.
class FencedFrame {
 public:
  // Rows lie `padding` bytes further apart than they are long.
  FencedFrame(const Picture& picture, ColorRange range, uint32_t padding);

  const RawFrame& raw() const { return raw_; }
  ImageView view() const;

 private:
  void add_plane(int index, uint32_t row_bytes, uint32_t rows, uint32_t padding);

  RawFrame raw_{};
  std::vector<std::unique_ptr<FencedMemory>> memory_;
};

constexpr Orientation kOrientations[] = {Orientation::kNone,         Orientation::kHorizontalFlip,
                                         Orientation::kVerticalFlip, Orientation::kRotate90,
                                         Orientation::kRotate180,    Orientation::kRotate270};
constexpr PixelLayout kLayouts[] = {PixelLayout::kI420, PixelLayout::kI422, PixelLayout::kNv12};

inline bool quarter_turn(Orientation orientation) {
  return orientation == Orientation::kRotate90 || orientation == Orientation::kRotate270;
}

}  // namespace pcs::test
