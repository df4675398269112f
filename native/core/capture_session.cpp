#include "core/capture_session.h"

#include <mutex>
#include <utility>

#include "core/clock.h"
#include "core/thread_name.h"
#include "core/thread_priority.h"

namespace pcs {
namespace {

// Passes an encoder's progress on, as often as the policy finds worth it.
class FrameProgress final : public EncodeProgress {
 public:
  FrameProgress(ProgressPolicy& policy, EncodedFrame& frame, SessionListener& listener)
      : policy_(policy), frame_(frame), listener_(listener) {}

  void on_bytes_ready(size_t bytes) noexcept override {
    if (!policy_.is_due(monotonic_us())) return;
    told_ = true;
    frame_.jpeg_bytes = bytes;
    listener_.on_progress(frame_);
  }

  bool told() const { return told_; }

 private:
  ProgressPolicy& policy_;
  EncodedFrame& frame_;
  SessionListener& listener_;
  bool told_ = false;
};

bool fail_stopped(Failure& failure) {
  failure.set("ERR_CLOSED", "the capture session has been stopped");
  return false;
}

}  // namespace

CaptureSession::CaptureSession(std::unique_ptr<FrameSource> source, std::unique_ptr<FrameEncoder> encoder,
                               std::vector<FrameSlot> slots, int64_t progress_interval_us,
                               SessionListener& listener)
    : pool_(std::move(slots)),
      queue_(source->info().live ? LatestQueue::kLiveDepth : LatestQueue::kUnpacedDepth),
      listener_(listener),
      encoder_(std::move(encoder)),
      info_(source->info()),
      progress_(progress_interval_us),
      source_(std::move(source)),
      ready_at_once_(info_.live ? 1 : pool_.size() / 2) {
  ready_.reserve(pool_.size());
}

CaptureSession::~CaptureSession() {
  stop();
}

bool CaptureSession::start(Failure& failure) {
  if (!source_) return fail_stopped(failure);
  if (is_started_) {
    failure.set("ERR_INVALID_ARGUMENT", "the capture session has been started already");
    return false;
  }
  if (!thread_.joinable()) thread_ = std::thread([this] { encode_frames(); });
  is_started_ = source_->start(*this, failure);
  if (is_started_) return true;
  stop();
  return false;
}

void CaptureSession::pause() {
  if (source_) source_->stop();
  is_started_ = false;
}

void CaptureSession::stop() {
  if (!source_) return;
  // The encoder may be waiting for a slot while an unpaced source waits for its buffer: free both first.
  queue_.close();
  pool_.close();
  source_->stop();
  if (thread_.joinable()) thread_.join();
  drain_tap();
  fork_.wait_until_returned();  // by taps that have been removed, and are at their last frame
  const std::lock_guard lock(source_mutex_);
  last_source_counters_ = source_->counters();
  source_.reset();
}

bool CaptureSession::set_controls(const std::vector<ControlSetting>& settings, Failure& failure) {
  const std::lock_guard lock(source_mutex_);
  if (!source_) return fail_stopped(failure);
  return source_->set_controls(settings, failure);
}

SessionCounters CaptureSession::counters() const {
  const std::lock_guard lock(source_mutex_);
  return {captured_,
          encoded_,
          queue_.dropped(),
          dropped_no_slot_,
          dropped_failed_,
          encode_time_us_,
          source_ ? source_->counters() : last_source_counters_};
}

void CaptureSession::set_tap(std::shared_ptr<FrameTap> tap) {
  {
    const std::lock_guard lock(tap_mutex_);
    if (takes_taps_) {
      tap_ = std::move(tap);
      return;
    }
  }
  if (tap) tap->drain();
}

void CaptureSession::remove_tap(const FrameTap& tap) {
  const std::lock_guard lock(tap_mutex_);
  if (tap_.get() == &tap) tap_.reset();
}

void CaptureSession::drain_tap() {
  std::shared_ptr<FrameTap> tap;
  {
    const std::lock_guard lock(tap_mutex_);
    takes_taps_ = false;
    tap.swap(tap_);
  }
  if (tap) tap->drain();
}

void CaptureSession::on_frame(const RawFrame& frame) noexcept {
  ++captured_;
  QueuedFrame queued{frame, monotonic_us()};
  {
    const std::lock_guard lock(tap_mutex_);
    const auto shared = tap_ ? fork_.share(frame) : std::nullopt;
    if (shared) {
      static_cast<RawFrame&>(queued) = *shared;
      tap_->on_raw_frame(queued);
    }
  }
  queue_.push(queued);
}

void CaptureSession::on_event(SourceEvent event, const Failure& failure) noexcept {
  listener_.on_event(event, failure);
}

void CaptureSession::encode_frames() {
  name_this_thread("jpeg-encoder");
  become_background_thread();
  while (const auto frame = queue_.pop()) {
    encode_frame(*frame);
    // Before the frame is back: with its last one a source comes to its end, and tells.
    if (queue_.is_empty()) tell_ready();
    frame->release(frame->owner, frame->token);
  }
  tell_ready();
  encoder_->stop();
}

void CaptureSession::encode_frame(const QueuedFrame& frame) {
  if (!is_encoding_ && info_.live) {  // other sources wait for room, and would not without slots
    listener_.on_passed_over();
    return;
  }
  auto slot = pool_.acquire();
  if (!slot && !info_.live) {
    tell_ready();  // slots come back from who hears of them
    slot = pool_.wait_acquire();
  }
  if (!slot) {
    ++dropped_no_slot_;
    return;
  }
  EncodedFrame result{};
  result.slot = *slot;
  result.capture_time_us = frame.capture_time_us;
  result.received_time_us = frame.received_time_us;
  result.sequence = frame.sequence;
  result.sensor = frame.sensor;
  Failure failure{};
  FrameProgress progress(progress_, result, listener_);
  const int64_t begin_us = monotonic_us();
  result.encode_start_time_us = begin_us;
  const bool tells = progress_.begin(begin_us);
  if (tells) tell_ready();  // frames are told of one after the other
  make_readable(frame);
  const bool done = encoder_->encode(frame, pool_.slot(*slot), tells ? &progress : nullptr, result, failure);
  const int64_t end_us = monotonic_us();
  encode_time_us_ += static_cast<uint64_t>(end_us - begin_us);
  if (!done) {
    drop_failed(*slot, progress.told(), failure);
    return;
  }
  progress_.end(end_us);
  result.encoded_time_us = end_us;
  ++encoded_;
  ready_.push_back(result);
  if (tells || ready_.size() >= ready_at_once_) tell_ready();
}

void CaptureSession::tell_ready() {
  for (const EncodedFrame& frame : ready_) listener_.on_encoded(frame);
  ready_.clear();
}

void CaptureSession::drop_failed(uint32_t slot, bool told, const Failure& failure) {
  if (told)
    listener_.on_abandoned(slot);  // the lease is the listener's already
  else
    pool_.release(slot);
  ++dropped_failed_;
  listener_.on_event(SourceEvent::kFailed, failure);
}

}  // namespace pcs
