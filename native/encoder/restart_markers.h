// Restart markers in entropy-coded data.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pcs {

// The first of the eight restart markers (ITU-T T.81, table B.1).
constexpr uint8_t kRst0 = 0xD0;

// Adds `by` to the number of each restart marker of a scan, modulo 8 (ITU-T T.81, section E.1.4). For a scan
// that is to follow on as many intervals.
void renumber_restart_markers(uint8_t* scan, size_t bytes, uint32_t by);

}  // namespace pcs
