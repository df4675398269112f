// Sensor timestamps on the clock that the rest of the program uses.
#pragma once

#include <cstdint>
#include <optional>

namespace pcs {

// Both clocks, read at one moment. Nanoseconds.
struct ClockReading {
  int64_t monotonic_ns;  // stands still while the machine sleeps
  int64_t boottime_ns;   // goes on
};

ClockReading read_clocks();

// Microseconds of CLOCK_MONOTONIC. libcamera documents sensor timestamps as CLOCK_BOOTTIME, yet some
// pipelines use CLOCK_MONOTONIC: the timestamp is taken to be of the clock by which it lies in the recent
// past. None when that is neither.
std::optional<int64_t> capture_time_us(int64_t sensor_timestamp_ns, const ClockReading& now);

}  // namespace pcs
