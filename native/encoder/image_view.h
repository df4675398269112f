// A picture by reference: what the stages of the encoder pass on.
#pragma once

#include <cstdint>

#include "core/raw_frame.h"

namespace pcs {

// The widest and highest picture that a JPEG can hold (ITU-T T.81, section B.2.2).
constexpr uint32_t kMaxDimension = 65500;

struct ImageView {
  PixelLayout layout;
  ColorRange range;
  uint32_t width;
  uint32_t height;
  Plane planes[3];
  bool mirror_rows = false;   // each row is to be read from right to left
  bool reverse_rows = false;  // the rows are to be read from the bottom up
};

// Columns and rows of the chroma planes.
inline uint32_t chroma_width(uint32_t width) {
  return (width + 1) / 2;
}
inline uint32_t chroma_height(PixelLayout layout, uint32_t height) {
  return layout == PixelLayout::kI422 ? height : (height + 1) / 2;
}

// MCUs side by side: both layouts have MCUs of 16 luma columns.
inline uint32_t mcu_columns(uint32_t width) {
  return (width + 15) / 16;
}

// Luma rows of an MCU.
inline uint32_t mcu_rows(PixelLayout layout) {
  return layout == PixelLayout::kI422 ? 8 : 16;
}

}  // namespace pcs
