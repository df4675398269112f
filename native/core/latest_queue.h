// Between a source and the encoder: keeps the newest frames and gives up the oldest.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

#include "core/raw_frame.h"

namespace pcs {

struct QueuedFrame : RawFrame {
  int64_t received_time_us;  // CLOCK_MONOTONIC, when the source handed it over
};

class LatestQueue {
 public:
  // For frames that come by themselves: one waits while one is encoded, so that the encoder never idles, and
  // no frame that is encoded is older than two frame times.
  static constexpr size_t kLiveDepth = 2;
  // For those that are made when there is room. Their source is woken for several at a time.
  static constexpr size_t kUnpacedDepth = 8;

  // At most kUnpacedDepth.
  explicit LatestQueue(size_t depth) : depth_(depth) {}

  // Takes the lease over. When the queue is full the oldest frame in it is released and counted.
  // A closed queue releases the frame at once. Never blocks but for the lock.
  void push(const QueuedFrame& frame) {
    QueuedFrame displaced = frame;
    bool has_room = false;
    {
      const std::lock_guard lock(mutex_);
      if (!closed_) {
        has_room = size_ < depth_;
        if (!has_room) {
          displaced = frames_[head_];
          head_ = (head_ + 1) % frames_.size();
          --size_;
          ++dropped_;
        }
        frames_[(head_ + size_) % frames_.size()] = frame;
        ++size_;
      }
    }
    available_.notify_one();  // unlocked, or who wakes up would wait again
    if (!has_room) displaced.release(displaced.owner, displaced.token);
  }

  // Waits for a frame and passes its lease on. Nothing when the queue has been closed.
  std::optional<QueuedFrame> pop() {
    std::unique_lock lock(mutex_);
    available_.wait(lock, [this] { return size_ > 0 || closed_; });
    if (closed_) return std::nullopt;
    const QueuedFrame frame = frames_[head_];
    head_ = (head_ + 1) % frames_.size();
    --size_;
    return frame;
  }

  // Releases what waits, wakes pop(), and takes no more.
  void close() {
    std::array<QueuedFrame, kUnpacedDepth> waiting;
    size_t count = 0;
    {
      const std::lock_guard lock(mutex_);
      closed_ = true;
      for (; size_ > 0; --size_, head_ = (head_ + 1) % frames_.size()) waiting[count++] = frames_[head_];
      available_.notify_all();
    }
    for (size_t i = 0; i < count; ++i) waiting[i].release(waiting[i].owner, waiting[i].token);
  }

  bool is_empty() const {
    const std::lock_guard lock(mutex_);
    return size_ == 0;
  }

  uint64_t dropped() const {
    const std::lock_guard lock(mutex_);
    return dropped_;
  }

 private:
  const size_t depth_;
  mutable std::mutex mutex_;
  std::condition_variable available_;
  std::array<QueuedFrame, kUnpacedDepth> frames_;
  size_t head_ = 0;
  size_t size_ = 0;
  bool closed_ = false;
  uint64_t dropped_ = 0;
};

}  // namespace pcs
