#include "sources/libcamera/libcamera_source.h"

#include <libcamera/control_ids.h>
#include <libcamera/framebuffer.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <string>
#include <system_error>

#include "sources/libcamera/live_sources.h"
#include "sources/libcamera/sensor_metadata.h"
#include "sources/libcamera/spare_descriptors.h"

namespace pcs {
namespace {

// Since 0.5.2 a Raspberry Pi marks so the first frames after a start, whose exposure and white balance have
// not settled. Before, it keeps them to itself.
template <typename Metadata>
bool is_startup(const Metadata& metadata) {
  if constexpr (requires { Metadata::FrameStartup; })
    return metadata.status == Metadata::FrameStartup;
  else
    return false;
}

// A camera that stands still may be set very often. Further notes are left out until the next start.
constexpr size_t kMaxNotes = 32;

void set_disconnected(const AcquiredCamera& camera, Failure& failure) {
  failure.set("ERR_CAMERA_DISCONNECTED", "the camera %s was unplugged", camera->id().c_str());
}

}  // namespace

LibcameraSource::LibcameraSource(OpenedCamera opened)
    : opened_(std::move(opened)),
      grid_(opened_.fps),
      rate_watch_(opened_.fps),
      pending_controls_(opened_.camera->controls().idmap()),
      states_(opened_.requests.size(), RequestState::kIdle) {
  opened_.camera->requestCompleted.connect(this, &LibcameraSource::on_request_completed);
  opened_.camera->disconnected.connect(this, &LibcameraSource::on_disconnected);
  add_live_source(this);
}

LibcameraSource::~LibcameraSource() {
  remove_live_source(this);
  stop();
  {
    // Requests of an unplugged camera may come back late or never. Those that come find us until here.
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, std::chrono::milliseconds(200), [this] { return !any_queued(); });
  }
  opened_.camera->requestCompleted.disconnect(this);
  opened_.camera->disconnected.disconnect(this);
}

SourceInfo LibcameraSource::info() const {
  SourceInfo info{};
  info.layout = opened_.setup.layout;
  info.range = opened_.setup.range;
  info.pending_orientation = opened_.setup.pending_orientation;
  info.width = opened_.setup.width;
  info.height = opened_.setup.height;
  info.fps = opened_.fps;
  info.live = 1;
  info.synchronised = opened_.is_synchronised;
  std::snprintf(info.name, sizeof info.name, "%s", opened_.camera->id().c_str());
  std::snprintf(info.color_label, sizeof info.color_label, "%s", opened_.setup.color_label.c_str());
  return info;
}

bool LibcameraSource::start(FrameSink& sink, Failure& failure) {
  const std::lock_guard control(control_mutex_);
  if (!has_spare_descriptors(failure)) return false;
  try {
    grid_.start([this](uint64_t due) { on_tick(due); });
  } catch (const std::system_error& error) {
    failure.set("ERR_CAMERA_FAILED", "no thread for %s: %s", opened_.camera->id().c_str(), error.what());
    return false;
  }
  libcamera::ControlList start_controls;
  {
    const std::lock_guard lock(mutex_);
    start_controls = opened_.start_controls;
    pending_controls_.clear();
  }
  if (const int result = opened_.camera->start(&start_controls); result != 0) {
    grid_.stop();
    if (result == -ENODEV)
      set_disconnected(opened_.camera, failure);
    else
      failure.set("ERR_CAMERA_FAILED", "the camera %s does not start: %s", opened_.camera->id().c_str(),
                  strerror(-result));
    return false;
  }
  std::unique_lock lock(mutex_);
  sink_ = &sink;
  running_ = true;
  failed_ = false;
  has_event_ = disconnected_;  // while it was starting
  rate_watch_.reset();
  loss_watch_.reset();
  grid_engaged_ = !opened_.paces_itself;
  if (grid_engaged_) {
    grid_.engage();
  } else {
    for (size_t i = 0; i < states_.size(); ++i)
      if (states_[i] == RequestState::kIdle) queue(i);
  }
  tell_notes(lock);
  emit_event(lock);
  return true;
}

void LibcameraSource::stop() {
  const std::lock_guard control(control_mutex_);
  {
    const std::lock_guard lock(mutex_);
    running_ = false;  // from here on nothing is queued, and the sink is not called anew
  }
  grid_.stop();
  // Cancels what is queued and waits for libcamera's thread. An unplugged camera refuses, at once.
  opened_.camera->stop();
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return sink_calls_ == 0; });
  sink_ = nullptr;
}

bool LibcameraSource::set_controls(const std::vector<ControlSetting>& settings, Failure& failure) {
  const auto& available = opened_.camera->controls();
  libcamera::ControlList controls(available.idmap());
  Notes notes;
  if (!add_controls(available, settings, controls, notes, failure)) return false;
  constexpr auto kReplace = libcamera::ControlList::MergePolicy::OverwriteExisting;
  std::unique_lock lock(mutex_);
  opened_.start_controls.merge(controls, kReplace);  // it may be stopped and started again
  pending_controls_.merge(controls, kReplace);
  if (opened_.notes.size() < kMaxNotes) opened_.notes.insert(opened_.notes.end(), notes.begin(), notes.end());
  tell_notes(lock);
  return true;
}

SourceCounters LibcameraSource::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

void LibcameraSource::on_request_completed(libcamera::Request* request) noexcept {
  const size_t index = request->cookie();
  std::unique_lock lock(mutex_);
  states_[index] = RequestState::kIdle;
  if (running_) {
    if (request->status() == libcamera::Request::RequestCancelled)
      on_cancelled();
    else if (opened_.buffers->buffer(index)->metadata().status != libcamera::FrameMetadata::FrameSuccess)
      on_unusable_frame(index);
    else
      emit_frame(lock, index);
    emit_event(lock);
  }
  changed_.notify_all();
}

void LibcameraSource::on_disconnected() noexcept {
  std::unique_lock lock(mutex_);
  disconnected_ = true;
  has_event_ = true;
  event_ = SourceEvent::kDisconnected;
  set_disconnected(opened_.camera, event_failure_);
  emit_event(lock);
}

// One frame a tick, also after a delay: frames that were made up for would come at once, and the encoder's
// queue would drop them.
void LibcameraSource::on_tick(uint64_t due) {
  std::unique_lock lock(mutex_);
  if (!running_ || failed_ || disconnected_) return;
  const bool camera_had_none = !any_queued();
  const auto idle = std::find(states_.begin(), states_.end(), RequestState::kIdle);
  if (idle != states_.end()) {
    queue(static_cast<size_t>(idle - states_.begin()));
    --due;
  }
  if (camera_had_none) {
    counters_.frames_lost += due;
    sequence_ += due;
  }
  emit_event(lock);
}

void LibcameraSource::release(size_t index) {
  opened_.buffers->end_read(index);
  std::unique_lock lock(mutex_);
  states_[index] = RequestState::kIdle;
  if (running_ && !grid_engaged_) queue(index);
  emit_event(lock);
}

void LibcameraSource::queue(size_t index) {
  if (failed_ || disconnected_) return;
  libcamera::Request& request = *opened_.requests[index];
  request.reuse(libcamera::Request::ReuseBuffers);
  request.controls().merge(pending_controls_);
  pending_controls_.clear();
  opened_.buffers->reset_status(index);
  const int result = opened_.camera->queueRequest(&request);
  if (result == 0) {
    states_[index] = RequestState::kQueued;
  } else if (result != -ENODEV) {  // that one is told by the disconnected signal
    fail(std::string("takes no request: ") + strerror(-result));
  }
}

// A pipeline in trouble ('Camera frontend has timed out') returns all requests cancelled.
void LibcameraSource::on_cancelled() {
  if (!any_queued() && !failed_ && !disconnected_) fail("was given up by libcamera: check its cable");
}

// From here to the next start() nothing is queued: a pipeline in trouble would return it cancelled at once.
void LibcameraSource::fail(const std::string& what) {
  failed_ = true;
  has_event_ = true;
  event_ = SourceEvent::kFailed;
  event_failure_.set("ERR_CAMERA_FAILED", "the camera %s %s", opened_.camera->id().c_str(), what.c_str());
}

void LibcameraSource::on_unusable_frame(size_t index) {
  const auto& metadata = opened_.buffers->buffer(index)->metadata();
  ++(is_startup(metadata) ? counters_.frames_startup : counters_.frames_failed);
  ++sequence_;
  loss_watch_.on_unusable_frame();
  if (!grid_engaged_) queue(index);
}

bool LibcameraSource::any_queued() const {
  return std::find(states_.begin(), states_.end(), RequestState::kQueued) != states_.end();
}

void LibcameraSource::emit_frame(std::unique_lock<std::mutex>& lock, size_t index) {
  const RawFrame frame = lend(index);
  states_[index] = RequestState::kLent;
  if (!grid_engaged_ && rate_watch_.is_too_fast(frame.capture_time_us)) {
    grid_engaged_ = true;
    grid_.engage();
  }
  ++sink_calls_;
  FrameSink* const sink = sink_;
  lock.unlock();
  sink->on_frame(frame);
  lock.lock();
  --sink_calls_;
}

void LibcameraSource::emit_event(std::unique_lock<std::mutex>& lock) {
  if (!has_event_ || !running_) return;
  has_event_ = false;
  tell(lock, event_, event_failure_);
}

void LibcameraSource::tell_notes(std::unique_lock<std::mutex>& lock) {
  while (running_ && !opened_.notes.empty()) {
    Failure note{};
    note.set("", "%s", opened_.notes.front().c_str());
    opened_.notes.erase(opened_.notes.begin());
    tell(lock, SourceEvent::kNote, note);
  }
}

void LibcameraSource::tell(std::unique_lock<std::mutex>& lock, SourceEvent event, Failure failure) {
  ++sink_calls_;
  FrameSink* const sink = sink_;
  lock.unlock();
  sink->on_event(event, failure);
  lock.lock();
  --sink_calls_;
  changed_.notify_all();
}

RawFrame LibcameraSource::lend(size_t index) {
  const libcamera::ControlList& metadata = opened_.requests[index]->metadata();
  RawFrame frame{};
  frame.layout = opened_.setup.layout;
  frame.range = opened_.setup.range;
  frame.width = opened_.setup.width;
  frame.height = opened_.setup.height;
  std::copy_n(opened_.buffers->planes(index), 3, frame.planes);
  frame.capture_time_us = capture_time(metadata);
  count_losses(index, metadata, frame.capture_time_us);
  frame.sequence = sequence_++;
  frame.sensor = sensor_metadata(metadata);
  frame.owner = this;
  frame.token = index;
  frame.prepare = [](void* owner, uint64_t token) { static_cast<LibcameraSource*>(owner)->prepare(token); };
  frame.release = [](void* owner, uint64_t token) { static_cast<LibcameraSource*>(owner)->release(token); };
  return frame;
}

int64_t LibcameraSource::capture_time(const libcamera::ControlList& metadata) {
  const auto timestamp_ns = metadata.get(libcamera::controls::SensorTimestamp).value_or(0);
  const int64_t time_us = capture_times_.next(timestamp_ns, read_clocks());
  counters_.timestamps_missing = capture_times_.reckoned();
  return time_us;
}

// On the grid, frames between two ticks are left out on purpose.
void LibcameraSource::count_losses(size_t index, const libcamera::ControlList& metadata,
                                   int64_t capture_time_us) {
  if (grid_engaged_) return;
  const uint64_t lost =
      loss_watch_.lost_before(opened_.buffers->buffer(index)->metadata().sequence, capture_time_us,
                              metadata.get(libcamera::controls::FrameDuration));
  counters_.frames_lost += lost;
  sequence_ += lost;
}

}  // namespace pcs
