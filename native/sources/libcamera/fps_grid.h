// Keeps the frame rate of a camera that does not keep it itself.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <thread>

namespace pcs {

// Notices that frames come faster than was asked. A camera that paces itself, if not to the last digit, is
// left alone: the grid must neither slow it down nor drift against it.
class RateWatch {
 public:
  explicit RateWatch(double fps) : fastest_us_(static_cast<int64_t>(1e6 * kIntervals / (fps * kTolerance))) {}

  // True when the frames up to this one came more than a tenth too fast.
  bool is_too_fast(int64_t capture_time_us);
  void reset() { count_ = 0; }

 private:
  static constexpr double kTolerance = 1.1;
  // So many that the frames which pile up while the process is held do not count as fast.
  static constexpr size_t kIntervals = 80;

  int64_t fastest_us_;  // of all intervals together
  std::array<int64_t, kIntervals> times_us_{};
  size_t count_ = 0;
};

// A thread that ticks on a grid of absolute times, so that delays do not add up. It sleeps until engaged.
class FpsGrid {
 public:
  // Called by the grid's thread. due: how many ticks, this one among them, since the last call.
  using OnTick = std::function<void(uint64_t due)>;

  explicit FpsGrid(double fps) : period_(std::chrono::nanoseconds(static_cast<int64_t>(1e9 / fps))) {}
  ~FpsGrid() { stop(); }
  FpsGrid(const FpsGrid&) = delete;
  FpsGrid& operator=(const FpsGrid&) = delete;

  void start(OnTick on_tick);  // throws std::system_error when there can be no thread
  void engage();               // any thread; the first tick comes at once
  void stop();                 // returns when no tick is running or will come

 private:
  void run(const OnTick& on_tick);

  const std::chrono::nanoseconds period_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool engaged_ = false;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace pcs
