// A source, an encoder and a listener that a test drives by hand.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdio>
#include <cstring>
#include <limits>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/capture_session.h"
#include "fake_frames.h"

namespace pcs::test {

// Delivers what emit() is told to. Outlives the FakeSource, which the session destroys.
struct SourceControl {
  FakeFrames frames;
  std::atomic<FrameSink*> sink{nullptr};
  std::atomic<bool> stopped{false};
  std::atomic<bool> destroyed{false};
  bool fails_to_start = false;
  bool emits_while_stopping = false;
  bool live = true;
  std::vector<ControlSetting> controls;  // those that were set; a control "bad" is refused

  void emit(uint64_t sequence) { sink.load()->on_frame(frames.lend(sequence)); }
};

class FakeSource final : public FrameSource {
 public:
  explicit FakeSource(SourceControl& control) : control_(control) {}
  ~FakeSource() override { control_.destroyed = true; }

  SourceInfo info() const override {
    SourceInfo info{};
    info.live = control_.live;
    info.width = 640;
    std::snprintf(info.name, sizeof info.name, "fake");
    return info;
  }

  bool start(FrameSink& sink, Failure& failure) override {
    if (control_.fails_to_start) {
      failure.set("ERR_CAMERA_BUSY", "somebody else has it");
      return false;
    }
    control_.sink = &sink;
    return true;
  }

  void stop() override {
    if (control_.emits_while_stopping && !control_.stopped) control_.emit(FakeFrames::kMaxFrames - 1);
    control_.stopped = true;
  }

  bool set_controls(const std::vector<ControlSetting>& settings, Failure& failure) override {
    for (const auto& setting : settings) {
      if (setting.name != "bad") continue;
      failure.set("ERR_CAMERA_CONFIG", "the camera has no control bad");
      return false;
    }
    control_.controls = settings;
    return true;
  }

  SourceCounters counters() const override { return {11, 12, 13, 14}; }

 private:
  SourceControl& control_;
};

// Writes the sequence number as the JPEG's one byte. Can be held up, take its time and be made to fail.
class EncoderControl {
 public:
  std::atomic<bool> fails{false};
  std::atomic<int> entered{0};
  std::atomic<int> stopped{0};
  std::atomic<int> steps{0};  // of a millisecond, with progress told after each

  // From this frame on, counted from 1.
  void hold(int first_held = 1) {
    const std::lock_guard lock(mutex_);
    first_held_ = first_held;
    changed_.notify_all();
  }
  void go_on() { hold(kNone); }

  void pass() {
    std::unique_lock lock(mutex_);
    const int frame = ++entered;
    changed_.wait(lock, [this, frame] { return frame < first_held_; });
  }

 private:
  static constexpr int kNone = std::numeric_limits<int>::max();

  std::mutex mutex_;
  std::condition_variable changed_;
  int first_held_ = kNone;
};

class FakeEncoder final : public FrameEncoder {
 public:
  explicit FakeEncoder(EncoderControl& control) : control_(control) {}

  bool encode(const RawFrame& frame, FrameSlot slot, EncodeProgress* progress, EncodedFrame& result,
              Failure& failure) override {
    control_.pass();
    slot.data[0] = static_cast<uint8_t>(frame.sequence);
    result.width = frame.width;
    result.height = frame.height;
    for (int i = 0; i < control_.steps; ++i) {
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
      if (progress) progress->on_bytes_ready(1);
    }
    if (control_.fails) {
      failure.set("ERR_ENCODE", "frame %u is cursed", static_cast<unsigned>(frame.sequence));
      return false;
    }
    result.jpeg_bytes = 1;
    return true;
  }

  void stop() override { ++control_.stopped; }

 private:
  EncoderControl& control_;
};

// Keeps what it is told.
class RecordingListener final : public SessionListener {
 public:
  void on_encoded(const EncodedFrame& frame) noexcept override {
    const std::lock_guard lock(mutex_);
    encoded_.push_back(frame);
  }
  void on_progress(const EncodedFrame& frame) noexcept override {
    const std::lock_guard lock(mutex_);
    progress_.push_back(frame);
  }
  void on_abandoned(uint32_t slot) noexcept override {
    const std::lock_guard lock(mutex_);
    abandoned_.push_back(slot);
  }
  void on_passed_over() noexcept override {
    const std::lock_guard lock(mutex_);
    ++passed_over_;
  }
  void on_event(SourceEvent event, const Failure& failure) noexcept override {
    const std::lock_guard lock(mutex_);
    events_.emplace_back(event, failure);
  }

  std::vector<EncodedFrame> encoded() const {
    const std::lock_guard lock(mutex_);
    return encoded_;
  }
  std::vector<EncodedFrame> progress() const {
    const std::lock_guard lock(mutex_);
    return progress_;
  }
  std::vector<uint32_t> abandoned() const {
    const std::lock_guard lock(mutex_);
    return abandoned_;
  }
  int passed_over() const {
    const std::lock_guard lock(mutex_);
    return passed_over_;
  }
  std::vector<uint64_t> sequences() const {
    std::vector<uint64_t> result;
    for (const auto& frame : encoded()) result.push_back(frame.sequence);
    return result;
  }
  std::vector<std::pair<SourceEvent, Failure>> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<EncodedFrame> encoded_;
  std::vector<EncodedFrame> progress_;
  std::vector<uint32_t> abandoned_;
  int passed_over_ = 0;
  std::vector<std::pair<SourceEvent, Failure>> events_;
};

}  // namespace pcs::test
