#include "sources/libcamera/fps_grid.h"

#include <utility>

#include "core/thread_name.h"

namespace pcs {

bool RateWatch::is_too_fast(int64_t capture_time_us) {
  int64_t& oldest_us = times_us_[count_ % kIntervals];
  const bool full = count_ >= kIntervals;
  const int64_t span_us = capture_time_us - oldest_us;
  oldest_us = capture_time_us;
  ++count_;
  return full && span_us < fastest_us_;
}

void FpsGrid::start(OnTick on_tick) {
  engaged_ = false;
  stopping_ = false;
  thread_ = std::thread([this, on_tick = std::move(on_tick)] { run(on_tick); });
}

void FpsGrid::engage() {
  {
    const std::lock_guard lock(mutex_);
    engaged_ = true;
  }
  changed_.notify_all();
}

void FpsGrid::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  if (thread_.joinable()) thread_.join();
}

void FpsGrid::run(const OnTick& on_tick) {
  name_this_thread("fps-grid");
  using Clock = std::chrono::steady_clock;
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return engaged_ || stopping_; });
  auto next = Clock::now();
  while (!changed_.wait_until(lock, next, [this] { return stopping_; })) {
    const auto due = 1 + (Clock::now() - next) / period_;
    next += due * period_;
    lock.unlock();
    on_tick(static_cast<uint64_t>(due));
    lock.lock();
  }
}

}  // namespace pcs
