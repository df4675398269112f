// Which notices of a frame's progress are worth what they cost.
#pragma once

#include <algorithm>
#include <cstdint>

namespace pcs {

// A notice lets packets leave before the frame is complete, and costs the JavaScript thread some 10 to 20
// microseconds. So there is one per interval, none for a frame that is encoded within two intervals, and none
// so near the end that it would gain less than half an interval. How long a frame takes is taken from the one
// before; of one that takes long there are no more notices than seven. Times are CLOCK_MONOTONIC in
// microseconds.
class ProgressPolicy {
 public:
  explicit ProgressPolicy(int64_t shortest_us) : shortest_us_(shortest_us) {}  // 0: no notices

  // A frame's encoding begins. False when there will be no notice of it.
  bool begin(int64_t now_us) {
    begin_us_ = last_us_ = now_us;
    interval_us_ = std::max(shortest_us_, expected_us_ / 8);
    return shortest_us_ > 0 && expected_us_ >= 2 * shortest_us_;
  }

  // Whether to give a notice now. Only for a frame of which begin() expected any.
  bool is_due(int64_t now_us) {
    const int64_t remaining_us = begin_us_ + expected_us_ - now_us;
    if (now_us - last_us_ < interval_us_ || 2 * remaining_us < interval_us_) return false;
    last_us_ = now_us;
    return true;
  }

  // The frame is complete.
  void end(int64_t now_us) { expected_us_ = now_us - begin_us_; }

 private:
  const int64_t shortest_us_;
  int64_t interval_us_ = 0;
  int64_t expected_us_ = 0;  // nothing is known of the first frame, so it gets no notices
  int64_t begin_us_ = 0;
  int64_t last_us_ = 0;  // the last notice, or the begin
};

}  // namespace pcs
