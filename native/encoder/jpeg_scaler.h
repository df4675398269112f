// A smaller picture of a JPEG, for previews.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/failure.h"
#include "core/frame_pool.h"

namespace pcs {

// Before scaling: as many as the largest sensors have.
constexpr uint64_t kMaxPixelsToScale = 64 * 1024 * 1024;

// Decodes a JPEG at 1/denominator of its size (2, 4 or 8; rounded up to whole pixels) and encodes it again:
// 4:2:0, with the standard Huffman tables. Returns the bytes written; 0 with ERR_ENCODE when the JPEG is
// damaged, CMYK, in several scans (as progressive ones are) or too large, and when out is too small. Whatever
// the bytes are, no more than a few rows of pixels are in memory. Any thread.
size_t scale_jpeg(const uint8_t* jpeg, size_t jpeg_bytes, uint32_t denominator, FrameSlot out,
                  Failure& failure);

}  // namespace pcs
