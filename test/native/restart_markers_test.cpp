#include "encoder/restart_markers.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <vector>

#include "support.h"

namespace pcs {
namespace {

using Bytes = std::vector<uint8_t>;

// With a fence behind the last byte.
Bytes renumbered(const Bytes& scan, uint32_t by) {
  const test::FencedMemory memory(scan.size());
  std::copy(scan.begin(), scan.end(), memory.data());
  renumber_restart_markers(memory.data(), memory.size(), by);
  return {memory.data(), memory.data() + memory.size()};
}

TEST_CASE("restart markers count on, and begin again after the eighth") {
  const Bytes scan = {1, 0xFF, 0xD0, 2, 0xFF, 0xD5, 0xFF, 0xD7, 3};
  CHECK((renumbered(scan, 1) == Bytes{1, 0xFF, 0xD1, 2, 0xFF, 0xD6, 0xFF, 0xD0, 3}));
  CHECK((renumbered(scan, 15) == Bytes{1, 0xFF, 0xD7, 2, 0xFF, 0xD4, 0xFF, 0xD6, 3}));
  CHECK((renumbered(scan, 16) == scan));
  CHECK((renumbered(scan, 0) == scan));
}

TEST_CASE("data that look like markers, stuffed bytes and the end of the picture stay") {
  const Bytes scan = {0xD0, 0xD1, 0xFF, 0x00, 0xD3, 0xFF, 0x00, 0xFF, 0xD9};
  CHECK((renumbered(scan, 3) == scan));
}

TEST_CASE("nothing is read behind the end") {
  CHECK((renumbered({}, 3).empty()));
  CHECK((renumbered({0xD0, 0xFF}, 3) == Bytes{0xD0, 0xFF}));
}

}  // namespace
}  // namespace pcs
