// The one clock of the frame path: CLOCK_MONOTONIC in microseconds.
#pragma once

#include <chrono>
#include <cstdint>

namespace pcs {

// libstdc++'s steady_clock is CLOCK_MONOTONIC.
inline int64_t monotonic_us() {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  return duration_cast<microseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

inline std::chrono::steady_clock::time_point monotonic_time_point(int64_t time_us) {
  return std::chrono::steady_clock::time_point(std::chrono::microseconds(time_us));
}

}  // namespace pcs
