#include "sources/paced_source.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include "core/clock.h"
#include "core/latest_queue.h"
#include "core/thread_name.h"

namespace pcs {
namespace {

// One frame being made, those that wait in the queue, one becoming a JPEG and one becoming video. What waits
// to become video is the newest frame, which waits for the other encoder, too, or is with it.
constexpr size_t kLiveBuffers = LatestQueue::kLiveDepth + 3;
// At most the queue's depth are out at once, so that the queue never has to drop one.
constexpr size_t kUnpacedBuffers = LatestQueue::kUnpacedDepth;

SensorMetadata no_metadata() {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  return {kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown, kUnknown};
}

}  // namespace

PacedSource::PacedSource(std::unique_ptr<FrameProducer> producer, Pacing pacing)
    : producer_(std::move(producer)), pacing_(pacing) {
  const size_t count = pacing.paced ? kLiveBuffers : kUnpacedBuffers;
  buffers_.assign(count, std::vector<uint8_t>(producer_->frame_bytes()));
  lent_.assign(count, false);
  free_ = count;
}

PacedSource::~PacedSource() {
  stop();
}

SourceInfo PacedSource::info() const {
  SourceInfo info = producer_->info();
  info.fps = pacing_.paced ? pacing_.fps : 0;
  info.live = pacing_.paced;
  info.pending_orientation = pacing_.orientation;
  return info;
}

bool PacedSource::start(FrameSink& sink, Failure& /*failure*/) {
  stop();
  stopping_ = false;
  thread_ = std::thread([this, &sink] { run(sink); });
  return true;
}

void PacedSource::stop() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    hurried_.notify_all();
    returned_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

bool PacedSource::set_controls(const std::vector<ControlSetting>& /*settings*/, Failure& failure) {
  failure.set("ERR_CAMERA_CONFIG", "%s has no controls", producer_->info().name);
  return false;
}

SourceCounters PacedSource::counters() const {
  const std::lock_guard lock(mutex_);
  return {frames_lost_, 0, 0, 0};
}

void PacedSource::run(FrameSink& sink) {
  name_this_thread("source");
  const double interval_us = 1e6 / pacing_.fps;
  const int64_t first_us = monotonic_us();
  for (uint64_t sequence = 0;; ++sequence) {
    // Each time is computed from the first, so that rounding never adds up.
    const int64_t due_us = first_us + std::llround(static_cast<double>(sequence) * interval_us);
    if (pacing_.paced && !wait_for_time(due_us)) return;
    if (pacing_.paced && skip_missed(due_us, interval_us, sequence)) continue;
    const int buffer = take_buffer();
    if (buffer < 0) {
      if (!pacing_.paced) return;
      continue;
    }
    RawFrame frame{};
    frame.capture_time_us = pacing_.paced ? due_us : monotonic_us();
    frame.sequence = sequence;
    frame.sensor = no_metadata();
    Failure failure{};
    const auto result = producer_->produce(buffers_[static_cast<size_t>(buffer)].data(), frame, failure);
    if (result != FrameProducer::Result::kFrame) {
      release(static_cast<uint64_t>(buffer));
      const bool at_end = result == FrameProducer::Result::kEnd;
      // The end is told after the last frame has been encoded.
      if (wait_for_all_buffers())
        sink.on_event(at_end ? SourceEvent::kEndOfStream : SourceEvent::kUnusable, failure);
      return;
    }
    frame.owner = this;
    frame.token = static_cast<uint64_t>(buffer);
    frame.release = [](void* owner, uint64_t token) { static_cast<PacedSource*>(owner)->release(token); };
    sink.on_frame(frame);
  }
}

bool PacedSource::wait_for_time(int64_t time_us) {
  std::unique_lock lock(mutex_);
  return !hurried_.wait_until(lock, monotonic_time_point(time_us), [this] { return stopping_; });
}

// After a stall (a suspended machine) goes on with the present instead of making up for the past.
bool PacedSource::skip_missed(int64_t due_us, double interval_us, uint64_t& sequence) {
  const double late_us = static_cast<double>(monotonic_us() - due_us);
  if (late_us < interval_us) return false;
  const auto missed = static_cast<uint64_t>(late_us / interval_us);
  const std::lock_guard lock(mutex_);
  frames_lost_ += missed;
  sequence += missed - 1;  // the loop adds one
  return true;
}

int PacedSource::take_buffer() {
  std::unique_lock lock(mutex_);
  // To be woken for each buffer would cost more than to make the frames.
  const auto has_several = [this] { return stopping_ || free_ >= lent_.size() / 2; };
  if (!pacing_.paced && free_ == 0) returned_.wait(lock, has_several);
  if (stopping_) return -1;
  if (free_ == 0) {
    ++frames_lost_;
    return -1;
  }
  const auto found = std::find(lent_.begin(), lent_.end(), false);
  *found = true;
  --free_;
  return static_cast<int>(found - lent_.begin());
}

bool PacedSource::wait_for_all_buffers() {
  std::unique_lock lock(mutex_);
  returned_.wait(lock, [this] { return stopping_ || free_ == lent_.size(); });
  return !stopping_;
}

void PacedSource::release(uint64_t buffer) {
  bool are_several = false;
  {
    const std::lock_guard lock(mutex_);
    lent_[buffer] = false;
    are_several = ++free_ >= lent_.size() / 2;
  }
  if (are_several) returned_.notify_one();  // unlocked, or who wakes up would wait again
}

}  // namespace pcs
