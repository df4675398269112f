// Restart markers in entropy-coded data.
#pragma once

#include <cstddef>
#include <cstdint>

namespace pcs {

// Adds `by` to the number of each restart marker of a scan, modulo 8 (ITU-T T.81, section E.1.4). For a scan
// that is to follow on as many intervals.
void renumber_restart_markers(uint8_t* scan, size_t bytes, uint32_t by);

}  // namespace pcs
