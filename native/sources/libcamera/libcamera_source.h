// A running camera: requests go round between libcamera, the encoder and here.
#pragma once

#include <libcamera/camera.h>
#include <libcamera/controls.h>
#include <libcamera/request.h>

#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "core/frame_source.h"
#include "sources/libcamera/acquired_camera.h"
#include "sources/libcamera/camera_manager.h"
#include "sources/libcamera/capture_clock.h"
#include "sources/libcamera/fps_grid.h"
#include "sources/libcamera/frame_buffers.h"
#include "sources/libcamera/loss_watch.h"
#include "sources/libcamera/stream_setup.h"

namespace pcs {

// A configured camera with everything it needs. The members are in the order in which they are made; they
// must go in the reverse order, or libcamera crashes.
struct OpenedCamera {
  CameraManagerLease manager;
  AcquiredCamera camera;
  StreamSetup setup;
  libcamera::ControlList start_controls;  // in force from the next start on
  std::unique_ptr<FrameBufferSet> buffers;
  std::vector<std::unique_ptr<libcamera::Request>> requests;  // one for each buffer; the cookie is the index
  double fps;
  bool paces_itself;
  bool is_synchronised = false;  // the control SyncMode is set
  Notes notes{};                 // to be told at the next start
};

// Threads: start() and stop() are the owner's. libcamera calls on_request_completed() and on_disconnected()
// on its one thread, which all cameras share, so nothing there may wait. release() comes from any thread.
class LibcameraSource final : public FrameSource {
 public:
  explicit LibcameraSource(OpenedCamera opened);
  ~LibcameraSource() override;

  SourceInfo info() const override;
  bool start(FrameSink& sink, Failure& failure) override;
  void stop() override;
  bool set_controls(const std::vector<ControlSetting>& settings, Failure& failure) override;
  SourceCounters counters() const override;

 private:
  enum class RequestState { kIdle, kQueued, kLent };

  void on_request_completed(libcamera::Request* request) noexcept;
  void on_disconnected() noexcept;
  void on_tick(uint64_t due);
  void prepare(size_t index) { opened_.buffers->begin_read(index); }
  void release(size_t index);

  // These are called with mutex_ held.
  void queue(size_t index);
  void on_cancelled();
  void fail(const std::string& what);
  void on_unusable_frame(size_t index);
  RawFrame lend(size_t index);
  int64_t capture_time(const libcamera::ControlList& metadata);
  void count_losses(size_t index, const libcamera::ControlList& metadata, int64_t capture_time_us);
  bool any_queued() const;

  // Lets go of the lock while the sink is called: the sink may release a frame at once.
  void emit_frame(std::unique_lock<std::mutex>& lock, size_t index);
  void emit_event(std::unique_lock<std::mutex>& lock);
  void tell_notes(std::unique_lock<std::mutex>& lock);
  void tell(std::unique_lock<std::mutex>& lock, SourceEvent event, Failure failure);

  OpenedCamera opened_;
  FpsGrid grid_;
  std::mutex control_mutex_;  // one start() or stop() at a time

  mutable std::mutex mutex_;         // guards what follows, the start controls, and queueing against stop()
  std::condition_variable changed_;  // a call of the sink has ended, or a request is back
  FrameSink* sink_ = nullptr;
  unsigned sink_calls_ = 0;  // going on
  bool running_ = false;
  bool failed_ = false;  // since start()
  bool disconnected_ = false;
  bool has_event_ = false;  // to be told to the sink
  SourceEvent event_{};
  Failure event_failure_{};
  bool grid_engaged_ = false;
  RateWatch rate_watch_;
  LossWatch loss_watch_;
  CaptureTimes capture_times_;
  uint64_t sequence_ = 0;
  SourceCounters counters_{};
  libcamera::ControlList pending_controls_;  // for the next request; one value for each control
  std::vector<RequestState> states_;
};

}  // namespace pcs
