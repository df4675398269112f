// Gathers one row of MCUs into a small scratch that stays in the cache.
#pragma once

#include <cstdint>
#include <vector>

#include "encoder/image_view.h"

namespace pcs {

// libjpeg takes whole MCUs: 16x16 pixels in 4:2:0, 16x8 in 4:2:2. The scratch is where everything that can be
// done row by row is done: mirroring, reversing, splitting NV12, widening limited range, and replicating the
// right and bottom edge, so that nothing is read past the picture. Copying into it also measures faster than
// pointing libjpeg at rows that lie far apart.
class McuRow {
 public:
  static constexpr uint32_t kChromaRows = 8;

  // Readies the scratch for pictures of this size and layout.
  void reset(PixelLayout layout, uint32_t width);

  // Fills the scratch with the MCU row that begins at luma row first_row.
  void gather(const ImageView& image, uint32_t first_row);

  uint32_t luma_rows() const { return luma_rows_; }
  uint8_t* const* rows(int component) const { return rows_[component]; }

 private:
  void gather_plane(const ImageView& image, int component, uint32_t first_row, uint32_t row_count);
  void gather_interleaved(const ImageView& image, uint32_t first_row);

  std::vector<uint8_t> bytes_;
  std::vector<uint8_t> mirror_;  // one row, because libyuv cannot mirror in place
  uint8_t* rows_[3][16] = {};
  uint32_t luma_rows_ = 16;
  uint32_t padded_width_ = 0;
};

}  // namespace pcs
