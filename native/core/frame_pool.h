// The fixed memory that encoded frames are written into.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <utility>
#include <vector>

namespace pcs {

// One encoded frame's memory. The bytes belong to JavaScript, which keeps them alive for the pool's life.
struct FrameSlot {
  uint8_t* data;
  size_t capacity_bytes;
};

// Hands slots to the encoder and takes them back from JavaScript. Any thread.
class FramePool {
 public:
  explicit FramePool(std::vector<FrameSlot> slots) : slots_(std::move(slots)), leased_(slots_.size(), false) {
    free_.reserve(slots_.size());
    for (size_t i = slots_.size(); i-- > 0;) free_.push_back(static_cast<uint32_t>(i));
  }

  size_t size() const { return leased_.size(); }

  // The number of a free slot, or nothing when all are leased.
  std::optional<uint32_t> acquire() {
    const std::lock_guard lock(mutex_);
    return take();
  }

  // Like acquire, but waits for a slot. Nothing once the pool has been closed.
  std::optional<uint32_t> wait_acquire() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] { return !free_.empty() || closed_; });
    return closed_ ? std::nullopt : take();
  }

  // Ends a lease. False when the slot was not leased: a second release changes nothing.
  bool release(uint32_t index) {
    {
      const std::lock_guard lock(mutex_);
      if (index >= slots_.size() || !leased_[index]) return false;
      leased_[index] = false;
      free_.push_back(index);
    }
    returned_.notify_one();  // unlocked, or who wakes up would wait again
    return true;
  }

  // Gives a leased slot other memory: JavaScript has lost the old.
  bool replace(uint32_t index, FrameSlot slot) {
    const std::lock_guard lock(mutex_);
    if (index >= slots_.size() || !leased_[index]) return false;
    slots_[index] = slot;
    return true;
  }

  void close() {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    returned_.notify_all();
  }

  FrameSlot slot(uint32_t index) const {
    const std::lock_guard lock(mutex_);
    return slots_[index];
  }

 private:
  std::optional<uint32_t> take() {
    if (free_.empty()) return std::nullopt;
    const uint32_t index = free_.back();
    free_.pop_back();
    leased_[index] = true;
    return index;
  }

  mutable std::mutex mutex_;
  std::condition_variable returned_;
  std::vector<FrameSlot> slots_;
  std::vector<bool> leased_;
  std::vector<uint32_t> free_;  // a stack: the slot used last is the one still in the cache
  bool closed_ = false;
};

}  // namespace pcs
