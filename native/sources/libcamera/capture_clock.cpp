#include "sources/libcamera/capture_clock.h"

#include <time.h>

#include <algorithm>

namespace pcs {
namespace {

int64_t read_clock(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

// From the start of the exposure to the completed request. Exposures of minutes exist.
constexpr int64_t kOldestNs = int64_t{300} * 1'000'000'000;

bool is_recent(int64_t age_ns) {
  return age_ns >= 0 && age_ns <= kOldestNs;
}

}  // namespace

ClockReading read_clocks() {
  return {read_clock(CLOCK_MONOTONIC), read_clock(CLOCK_BOOTTIME)};
}

std::optional<int64_t> capture_time_us(int64_t sensor_timestamp_ns, const ClockReading& now) {
  if (sensor_timestamp_ns <= 0) return std::nullopt;
  const int64_t age_by_boottime = now.boottime_ns - sensor_timestamp_ns;
  const int64_t age_by_monotonic = now.monotonic_ns - sensor_timestamp_ns;
  // CLOCK_BOOTTIME is never behind, so the age by CLOCK_MONOTONIC is the smaller one.
  const int64_t age = is_recent(age_by_monotonic) ? age_by_monotonic : age_by_boottime;
  if (!is_recent(age)) return std::nullopt;
  return (now.monotonic_ns - age) / 1000;
}

int64_t CaptureTimes::next(int64_t sensor_timestamp_ns, const ClockReading& now) {
  const int64_t now_us = now.monotonic_ns / 1000;
  const auto time_us = capture_time_us(sensor_timestamp_ns, now);
  if (time_us && *time_us > last_us_) {
    latency_us_ = now_us - *time_us;
    last_us_ = *time_us;
  } else {
    ++reckoned_;
    last_us_ = std::max(now_us - latency_us_, last_us_ + 1);
  }
  return last_us_;
}

}  // namespace pcs
