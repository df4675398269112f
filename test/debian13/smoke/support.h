// What the cases of the smoke test share.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstdlib>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "core/frame_source.h"
#include "sources/libcamera/camera_options.h"

namespace pcs {

// Each case is a list of tests; the name is the program's argument. They end the process when they fail.
using Tests = std::vector<std::function<void()>>;
using Cases = std::map<std::string, Tests>;

Cases unit_cases();
Cases camera_cases();
Cases fault_cases();

template <typename... Arguments>
void check(bool condition, const char* format, Arguments... arguments) {
  if (condition) return;
  std::fprintf(stderr, "FAILED: ");
  std::fprintf(stderr, format, arguments...);
  std::fprintf(stderr, "\n");
  std::_Exit(1);
}

void pass(const std::string& what);

// Stands for the encoder: takes frames to a thread of its own, keeps each for a while, looks at it, gives it
// back.
class Consumer final : public FrameSink {
 public:
  using Look = std::function<void(const RawFrame&)>;

  explicit Consumer(Look look, std::chrono::milliseconds keep = std::chrono::milliseconds(3))
      : look_(std::move(look)), keep_(keep), thread_([this] { run(); }) {}
  ~Consumer() {
    {
      const std::lock_guard lock(mutex_);
      ended_ = true;
    }
    changed_.notify_all();
    thread_.join();
  }

  void on_frame(const RawFrame& frame) noexcept override {
    const std::lock_guard lock(mutex_);
    frames_.push_back(frame);
    changed_.notify_all();
  }

  void on_event(SourceEvent event, const Failure& failure) noexcept override {
    const std::lock_guard lock(mutex_);
    events_.push_back(event);
    failure_ = failure;
    changed_.notify_all();
  }

  bool wait_for_frames(size_t count, std::chrono::seconds timeout = std::chrono::seconds(60)) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, timeout, [&] { return times_us_.size() >= count; });
  }

  size_t frame_count() {
    const std::lock_guard lock(mutex_);
    return times_us_.size();
  }

  bool wait_for_event(SourceEvent event) {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, std::chrono::seconds(5), [&] {
      return std::find(events_.begin(), events_.end(), event) != events_.end();
    });
  }

  // Of what has been looked at. Call it after the source was stopped.
  const std::vector<int64_t>& times_us() const { return times_us_; }
  const std::vector<uint64_t>& sequences() const { return sequences_; }
  const std::vector<SourceEvent>& events() const { return events_; }
  const Failure& failure() const { return failure_; }

 private:
  void run() {
    std::unique_lock lock(mutex_);
    for (;;) {
      changed_.wait(lock, [this] { return ended_ || !frames_.empty(); });
      if (frames_.empty()) return;
      const RawFrame frame = frames_.front();
      frames_.pop_front();
      lock.unlock();
      look_(frame);
      std::this_thread::sleep_for(keep_);
      frame.release(frame.owner, frame.token);
      lock.lock();
      times_us_.push_back(frame.capture_time_us);
      sequences_.push_back(frame.sequence);
      changed_.notify_all();
    }
  }

  Look look_;
  std::chrono::milliseconds keep_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<RawFrame> frames_;
  std::vector<int64_t> times_us_;
  std::vector<uint64_t> sequences_;
  std::vector<SourceEvent> events_;
  Failure failure_{};
  bool ended_ = false;
  std::thread thread_;
};

inline void look_at_nothing(const RawFrame&) {}

// A camera, by way of the C interface between the addons, as in the product.
std::unique_ptr<FrameSource> open(const CameraOptions& options);

CameraOptions camera_options(const std::string& camera, uint32_t width, uint32_t height, double fps = 30);

void start(FrameSource& source, FrameSink& sink);

// Opening must fail with this code, and each text be in the message.
void check_failure(const CameraOptions& options, const char* code, const std::vector<std::string>& texts);

// tolerance: as a part of fps.
void check_rate(const char* name, const Consumer& consumer, double fps, double tolerance);

}  // namespace pcs
