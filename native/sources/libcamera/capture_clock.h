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

// Capture times of one camera's frames, in microseconds of CLOCK_MONOTONIC. They always grow: who receives
// RTP takes a frame that is not after the one before for a late one, and throws it away.
class CaptureTimes {
 public:
  // Where the sensor gives no time that can be true, one is reckoned from now, so that frames keep their
  // distances.
  int64_t next(int64_t sensor_timestamp_ns, const ClockReading& now);

  // Frames whose time was reckoned.
  uint64_t reckoned() const { return reckoned_; }

 private:
  int64_t last_us_ = 0;
  int64_t latency_us_ = 0;  // from the last time that was true to its frame's completion
  uint64_t reckoned_ = 0;
};

}  // namespace pcs
