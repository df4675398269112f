// A sink that keeps frames on loan until the test releases them.
#pragma once

#include <mutex>
#include <utility>
#include <vector>

#include "core/frame_source.h"

namespace pcs::test {

class RecordingSink final : public FrameSink {
 public:
  // Whether each frame is released at once. What is known of it is kept.
  explicit RecordingSink(bool releases_at_once) : releases_at_once_(releases_at_once) {}

  void on_frame(const RawFrame& frame) noexcept override {
    {
      const std::lock_guard lock(mutex_);
      frames_.push_back(frame);
    }
    if (releases_at_once_) frame.release(frame.owner, frame.token);
  }

  void on_event(SourceEvent event, const Failure& failure) noexcept override {
    const std::lock_guard lock(mutex_);
    events_.emplace_back(event, failure);
  }

  std::vector<RawFrame> frames() const {
    const std::lock_guard lock(mutex_);
    return frames_;
  }
  size_t frame_count() const {
    const std::lock_guard lock(mutex_);
    return frames_.size();
  }
  std::vector<std::pair<SourceEvent, Failure>> events() const {
    const std::lock_guard lock(mutex_);
    return events_;
  }

  void release(size_t index) const {
    const RawFrame frame = frames().at(index);
    frame.release(frame.owner, frame.token);
  }

 private:
  const bool releases_at_once_;
  mutable std::mutex mutex_;
  std::vector<RawFrame> frames_;
  std::vector<std::pair<SourceEvent, Failure>> events_;
};

}  // namespace pcs::test
