#include "encoder/restart_markers.h"

#include <cstring>

namespace pcs {
namespace {

constexpr uint8_t kNumberBits = 7;  // of a restart marker

}  // namespace

void renumber_restart_markers(uint8_t* scan, size_t bytes, uint32_t by) {
  if (by % 8 == 0) return;
  uint8_t* const end = scan + bytes;
  while (scan < end) {
    auto* found = static_cast<uint8_t*>(std::memchr(scan, 0xFF, static_cast<size_t>(end - scan)));
    if (found == nullptr || found + 1 >= end) return;
    uint8_t& code = found[1];
    if ((code & ~kNumberBits) == kRst0) code = static_cast<uint8_t>(kRst0 + (code + by) % 8);
    scan = found + 2;
  }
}

}  // namespace pcs
