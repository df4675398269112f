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

// What the wall clock is ahead of the monotonic one. Changes when the wall clock is set or slewed.
inline int64_t wall_clock_offset_us() {
  using std::chrono::duration_cast;
  using std::chrono::microseconds;
  // Of a few readings the one that was interrupted least.
  int64_t offset_us = 0;
  int64_t least_us = INT64_MAX;
  for (int i = 0; i < 3; ++i) {
    const int64_t before_us = monotonic_us();
    const auto wall = std::chrono::system_clock::now().time_since_epoch();
    const int64_t took_us = monotonic_us() - before_us;
    if (took_us >= least_us) continue;
    least_us = took_us;
    offset_us = duration_cast<microseconds>(wall).count() - before_us - took_us / 2;
  }
  return offset_us;
}

inline std::chrono::steady_clock::time_point monotonic_time_point(int64_t time_us) {
  return std::chrono::steady_clock::time_point(std::chrono::microseconds(time_us));
}

}  // namespace pcs
