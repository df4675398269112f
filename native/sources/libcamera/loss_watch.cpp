#include "sources/libcamera/loss_watch.h"

#include <algorithm>

namespace pcs {
namespace {

uint64_t periods(int64_t span_us, std::optional<int64_t> frame_duration_us) {
  if (!frame_duration_us || *frame_duration_us <= 0 || span_us <= 0) return 0;
  return static_cast<uint64_t>((span_us + *frame_duration_us / 2) / *frame_duration_us);
}

}  // namespace

uint64_t LossWatch::lost_before(uint32_t sequence, int64_t capture_time_us,
                                std::optional<int64_t> frame_duration_us) {
  uint64_t steps = 0;
  if (has_previous_) {
    if (sequence > sequence_) steps = sequence - sequence_;
    steps = std::max(steps, periods(capture_time_us - capture_time_us_, frame_duration_us));
  }
  const uint64_t came = unusable_ + 1;
  has_previous_ = true;
  sequence_ = sequence;
  capture_time_us_ = capture_time_us;
  unusable_ = 0;
  return steps > came ? steps - came : 0;
}

}  // namespace pcs
