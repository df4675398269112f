// Notices the frames that a camera skipped.
#pragma once

#include <cstdint>
#include <optional>

namespace pcs {

class LossWatch {
 public:
  // How many frames are missing before this one. Some pipelines number the frames of the sensor, others only
  // those they deliver; for the latter the sensor's own frame duration tells.
  uint64_t lost_before(uint32_t sequence, int64_t capture_time_us, std::optional<int64_t> frame_duration_us);

  // A frame that came but is of no use: not missing.
  void on_unusable_frame() { ++unusable_; }

  void reset() { *this = LossWatch{}; }

 private:
  bool has_previous_ = false;
  uint32_t sequence_ = 0;
  int64_t capture_time_us_ = 0;
  uint64_t unusable_ = 0;  // since the previous frame
};

}  // namespace pcs
