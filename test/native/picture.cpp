#include "picture.h"

#include <algorithm>
#include <cstdlib>
#include <random>

namespace pcs::test {

Picture::Picture(PixelLayout its_layout, uint32_t width, uint32_t height) : layout(its_layout) {
  const uint32_t columns = (width + 1) / 2;
  const uint32_t rows = layout == PixelLayout::kI422 ? height : (height + 1) / 2;
  planes[0] = {width, height};
  planes[1] = planes[2] = {columns, rows};
}

Picture noise(PixelLayout layout, uint32_t width, uint32_t height) {
  Picture picture(layout, width, height);
  std::minstd_rand random(width * 7919 + height);
  for (auto& plane : picture.planes) {
    for (auto& value : plane.values) value = static_cast<uint8_t>(random() >> 8);
  }
  return picture;
}

Picture slopes(PixelLayout layout, uint32_t width, uint32_t height) {
  Picture picture(layout, width, height);
  for (int i = 0; i < 3; ++i) {
    Samples& plane = picture.planes[i];
    for (uint32_t y = 0; y < plane.height; ++y) {
      for (uint32_t x = 0; x < plane.width; ++x) {
        const double across = 100.0 * (x + 0.5) / plane.width, down = 100.0 * (y + 0.5) / plane.height;
        plane.at(x, y) = static_cast<uint8_t>(i == 1 ? 200 - across + down / 4 : 20 + across + down);
      }
    }
  }
  return picture;
}

Samples cropped(const Samples& samples, uint32_t x, uint32_t y, uint32_t width, uint32_t height) {
  Samples result(width, height);
  for (uint32_t row = 0; row < height; ++row) {
    for (uint32_t column = 0; column < width; ++column)
      result.at(column, row) = samples.at(x + column, y + row);
  }
  return result;
}

Samples oriented(const Samples& samples, Orientation orientation) {
  const uint32_t w = samples.width, h = samples.height;
  Samples result(quarter_turn(orientation) ? h : w, quarter_turn(orientation) ? w : h);
  for (uint32_t y = 0; y < h; ++y) {
    for (uint32_t x = 0; x < w; ++x) {
      const uint8_t value = samples.at(x, y);
      switch (orientation) {
        case Orientation::kNone:
          result.at(x, y) = value;
          break;
        case Orientation::kHorizontalFlip:
          result.at(w - 1 - x, y) = value;
          break;
        case Orientation::kVerticalFlip:
          result.at(x, h - 1 - y) = value;
          break;
        case Orientation::kRotate180:
          result.at(w - 1 - x, h - 1 - y) = value;
          break;
        // Clockwise: the left column becomes the top row, its lowest sample first.
        case Orientation::kRotate90:
          result.at(h - 1 - y, x) = value;
          break;
        case Orientation::kRotate270:
          result.at(y, w - 1 - x) = value;
          break;
      }
    }
  }
  return result;
}

int largest_difference(const Samples& a, const Samples& b) {
  if (a.width != b.width || a.height != b.height) return 256;
  int largest = 0;
  for (size_t i = 0; i < a.values.size(); ++i)
    largest = std::max(largest, std::abs(a.values[i] - b.values[i]));
  return largest;
}

Picture picture_of(const ImageView& view) {
  Picture picture(view.layout, view.width, view.height);
  for (uint32_t i = 0; i < 3; ++i) {
    const bool interleaved = view.layout == PixelLayout::kNv12 && i > 0;
    const Plane& plane = view.planes[interleaved ? 1 : i];
    Samples& samples = picture.planes[i];
    for (uint32_t y = 0; y < samples.height; ++y) {
      for (uint32_t x = 0; x < samples.width; ++x) {
        const uint32_t row = view.reverse_rows ? samples.height - 1 - y : y;
        const uint32_t column = view.mirror_rows ? samples.width - 1 - x : x;
        samples.at(x, y) =
            plane.data[size_t{row} * plane.stride + (interleaved ? 2 * column + i - 1 : column)];
      }
    }
  }
  return picture;
}

FencedFrame::FencedFrame(const Picture& picture, ColorRange range, uint32_t padding) {
  const auto& [y, u, v] = picture.planes;
  raw_.layout = picture.layout;
  raw_.range = range;
  raw_.width = y.width;
  raw_.height = y.height;
  add_plane(0, y.width, y.height, padding);
  if (picture.layout == PixelLayout::kNv12) {
    add_plane(1, 2 * u.width, u.height, padding);
  } else {
    add_plane(1, u.width, u.height, padding);
    add_plane(2, v.width, v.height, padding);
  }
  for (uint32_t i = 0; i < 3; ++i) {
    const bool interleaved = picture.layout == PixelLayout::kNv12 && i > 0;
    const uint32_t plane = interleaved ? 1 : i;
    uint8_t* data = memory_[plane]->data();
    const Samples& samples = picture.planes[i];
    for (uint32_t row = 0; row < samples.height; ++row) {
      for (uint32_t x = 0; x < samples.width; ++x) {
        data[size_t{row} * raw_.planes[plane].stride + (interleaved ? 2 * x + i - 1 : x)] =
            samples.at(x, row);
      }
    }
  }
}

void FencedFrame::add_plane(int index, uint32_t row_bytes, uint32_t rows, uint32_t padding) {
  const uint32_t stride = row_bytes + padding;
  memory_.push_back(std::make_unique<FencedMemory>(size_t{stride} * (rows - 1) + row_bytes));
  raw_.planes[index] = {memory_.back()->data(), stride};
}

ImageView FencedFrame::view() const {
  return {raw_.layout, raw_.range, raw_.width, raw_.height, {raw_.planes[0], raw_.planes[1], raw_.planes[2]}};
}

}  // namespace pcs::test
