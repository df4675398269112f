#include "core/capture_session.h"

#include <mutex>
#include <utility>

#include "core/clock.h"

namespace pcs {

CaptureSession::CaptureSession(std::unique_ptr<FrameSource> source, std::unique_ptr<FrameEncoder> encoder,
                               std::vector<FrameSlot> slots, SessionListener& listener)
    : pool_(std::move(slots)),
      listener_(listener),
      encoder_(std::move(encoder)),
      live_(source->info().live != 0),
      source_(std::move(source)) {}

CaptureSession::~CaptureSession() {
  stop();
}

bool CaptureSession::start(Failure& failure) {
  if (!source_) {
    failure.set("ERR_CLOSED", "the capture session has been stopped");
    return false;
  }
  if (thread_.joinable()) {
    failure.set("ERR_INVALID_ARGUMENT", "the capture session has been started already");
    return false;
  }
  thread_ = std::thread([this] { encode_frames(); });
  if (source_->start(*this, failure)) return true;
  stop();
  return false;
}

void CaptureSession::stop() {
  if (!source_) return;
  // The encoder may be waiting for a slot while an unpaced source waits for its buffer: free both first.
  queue_.close();
  pool_.close();
  source_->stop();
  if (thread_.joinable()) thread_.join();
  const std::lock_guard lock(source_mutex_);
  last_source_counters_ = source_->counters();
  source_.reset();
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

void CaptureSession::on_frame(const RawFrame& frame) noexcept {
  ++captured_;
  queue_.push(frame);
}

void CaptureSession::on_event(SourceEvent event, const Failure& failure) noexcept {
  listener_.on_event(event, failure);
}

void CaptureSession::encode_frames() {
  while (const auto frame = queue_.pop()) {
    encode_frame(*frame);
    frame->release(frame->owner, frame->token);
  }
}

void CaptureSession::encode_frame(const RawFrame& frame) {
  const auto slot = live_ ? pool_.acquire() : pool_.wait_acquire();
  if (!slot) {
    ++dropped_no_slot_;
    return;
  }
  EncodedFrame result{};
  result.slot = *slot;
  result.capture_time_us = frame.capture_time_us;
  result.sequence = frame.sequence;
  result.sensor = frame.sensor;
  Failure failure{};
  const int64_t begin_us = monotonic_us();
  const bool done = encoder_->encode(frame, pool_.slot(*slot), result, failure);
  result.encoded_time_us = monotonic_us();
  encode_time_us_ += static_cast<uint64_t>(result.encoded_time_us - begin_us);
  if (!done) {
    pool_.release(*slot);
    ++dropped_failed_;
    listener_.on_event(SourceEvent::kFailed, failure);
    return;
  }
  ++encoded_;
  listener_.on_encoded(result);
}

}  // namespace pcs
