#include "core/video_session.h"

#include <utility>

#include "core/clock.h"
#include "core/thread_name.h"
#include "core/thread_priority.h"

namespace pcs {

VideoSession::VideoSession(std::unique_ptr<VideoEncoder> encoder, std::vector<FrameSlot> slots,
                           uint32_t bitrate_bps, VideoListener& listener)
    : pool_(std::move(slots)),
      listener_(listener),
      encoder_(std::move(encoder)),
      bitrate_bps_(bitrate_bps),
      thread_([this] { encode_frames(); }) {}

VideoSession::~VideoSession() {
  drain();
}

void VideoSession::drain() {
  queue_.close();
  const std::lock_guard lock(joining_);
  if (thread_.joinable()) thread_.join();
}

VideoCounters VideoSession::counters() const {
  return {encoded_, keyframes_, bytes_, queue_.dropped(), dropped_no_slot_, encode_time_us_, by_hardware_};
}

void VideoSession::encode_frames() {
  name_this_thread("video-encoder");
  become_background_thread();
  bool goes_on = true;
  while (const auto frame = goes_on ? queue_.pop() : std::nullopt) {
    goes_on = encode_frame(*frame);
    frame->release(frame->owner, frame->token);
  }
  queue_.close();
  encoder_.reset();  // on the thread that used it
}

bool VideoSession::encode_frame(const QueuedFrame& frame) {
  const auto slot = pool_.acquire();
  if (!slot) {
    ++dropped_no_slot_;
    return true;
  }
  EncodedVideo result{};
  result.slot = *slot;
  result.capture_time_us = frame.capture_time_us;
  result.sequence = frame.sequence;
  Failure failure{};
  const bool wants_keyframe = wants_keyframe_.exchange(false);
  const int64_t begin_us = monotonic_us();
  make_readable(frame);
  const bool done = encoder_->encode(frame, wants_keyframe, bitrate_bps_, pool_.slot(*slot), result, failure);
  encode_time_us_ += static_cast<uint64_t>(monotonic_us() - begin_us);
  if (!done) {
    pool_.release(*slot);
    listener_.on_video_failed(failure, true);
    return false;
  }
  if (failure.code[0] != '\0') listener_.on_video_failed(failure, false);
  if (result.bytes == 0) {
    if (wants_keyframe) wants_keyframe_ = true;
    pool_.release(*slot);
    return true;
  }
  ++encoded_;
  if (result.is_keyframe) ++keyframes_;
  if (result.by_hardware) ++by_hardware_;
  bytes_ += result.bytes;
  listener_.on_video(result);
  return true;
}

}  // namespace pcs
