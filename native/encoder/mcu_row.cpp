#include "encoder/mcu_row.h"

#include <libyuv.h>

#include <algorithm>
#include <cstring>

namespace pcs {
namespace {

// Rec. ITU-R BT.601: luma 16..235 and chroma 16..240 become 0..255. 16.16 fixed point, rounded.
void widen_range(uint8_t* row, uint32_t count, bool luma) {
  const int32_t scale = luma ? (255 * 65536 + 109) / 219 : (255 * 65536 + 112) / 224;
  const int32_t offset = luma ? 16 : 128;
  const int32_t bias = (luma ? 0 : 128 * 65536) + 32768;
  for (uint32_t i = 0; i < count; ++i) {
    row[i] = static_cast<uint8_t>(std::clamp(((row[i] - offset) * scale + bias) >> 16, 0, 255));
  }
}

void replicate_right(uint8_t* row, uint32_t width, uint32_t padded_width) {
  std::memset(row + width, row[width - 1], padded_width - width);
}

}  // namespace

void McuRow::reset(PixelLayout layout, uint32_t width) {
  luma_rows_ = mcu_rows(layout);
  padded_width_ = (width + 15) / 16 * 16;
  const size_t chroma_bytes = size_t{padded_width_} / 2 * kChromaRows;
  bytes_.resize(size_t{padded_width_} * luma_rows_ + 2 * chroma_bytes);
  mirror_.resize(padded_width_);
  uint8_t* next = bytes_.data();
  for (uint32_t i = 0; i < luma_rows_; ++i, next += padded_width_) rows_[0][i] = next;
  for (auto* plane : {rows_[1], rows_[2]}) {
    for (uint32_t i = 0; i < kChromaRows; ++i, next += padded_width_ / 2) plane[i] = next;
  }
}

void McuRow::gather(const ImageView& image, uint32_t first_row) {
  const uint32_t first_chroma_row = first_row / luma_rows_ * kChromaRows;
  gather_plane(image, 0, first_row, luma_rows_);
  if (image.layout == PixelLayout::kNv12) {
    gather_interleaved(image, first_chroma_row);
  } else {
    gather_plane(image, 1, first_chroma_row, kChromaRows);
    gather_plane(image, 2, first_chroma_row, kChromaRows);
  }
  if (image.range == ColorRange::kFull) return;
  for (uint32_t i = 0; i < luma_rows_; ++i) widen_range(rows_[0][i], padded_width_, true);
  for (uint32_t i = 0; i < kChromaRows; ++i) {
    widen_range(rows_[1][i], padded_width_ / 2, false);
    widen_range(rows_[2][i], padded_width_ / 2, false);
  }
}

void McuRow::gather_plane(const ImageView& image, int component, uint32_t first_row, uint32_t row_count) {
  const Plane& plane = image.planes[component];
  const uint32_t width = component == 0 ? image.width : chroma_width(image.width);
  const uint32_t height = component == 0 ? image.height : chroma_height(image.layout, image.height);
  const uint32_t padded = component == 0 ? padded_width_ : padded_width_ / 2;
  for (uint32_t i = 0; i < row_count; ++i) {
    const uint32_t row = std::min(first_row + i, height - 1);
    const uint8_t* from = plane.data + size_t{image.reverse_rows ? height - 1 - row : row} * plane.stride;
    uint8_t* to = rows_[component][i];
    if (image.mirror_rows)
      libyuv::MirrorPlane(from, 0, to, 0, static_cast<int>(width), 1);
    else
      std::memcpy(to, from, width);
    replicate_right(to, width, padded);
  }
}

void McuRow::gather_interleaved(const ImageView& image, uint32_t first_row) {
  const Plane& plane = image.planes[1];
  const uint32_t width = chroma_width(image.width);
  const uint32_t height = chroma_height(image.layout, image.height);
  for (uint32_t i = 0; i < kChromaRows; ++i) {
    const uint32_t row = std::min(first_row + i, height - 1);
    const uint8_t* from = plane.data + size_t{image.reverse_rows ? height - 1 - row : row} * plane.stride;
    libyuv::SplitUVPlane(from, 0, rows_[1][i], 0, rows_[2][i], 0, static_cast<int>(width), 1);
    for (uint8_t* to : {rows_[1][i], rows_[2][i]}) {
      if (image.mirror_rows) {
        std::memcpy(mirror_.data(), to, width);
        libyuv::MirrorPlane(mirror_.data(), 0, to, 0, static_cast<int>(width), 1);
      }
      replicate_right(to, width, padded_width_ / 2);
    }
  }
}

}  // namespace pcs
