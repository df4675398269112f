// Lets two borrowers hold one frame: the lease that the source gave ends with the later of theirs.
#pragma once

#include <algorithm>
#include <array>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <optional>

#include "core/raw_frame.h"

namespace pcs {

// Any thread. Outlives the leases that it gave.
class FrameFork {
 public:
  // The frame as each of two borrowers is to have it: its lease passes to both. Nothing, and the lease stays
  // where it is, when too many frames are shared already.
  std::optional<RawFrame> share(const RawFrame& frame) {
    const std::lock_guard lock(mutex_);
    for (size_t i = 0; i < entries_.size(); ++i) {
      if (entries_[i].leases > 0) continue;
      entries_[i] = {frame, 2};
      RawFrame shared = frame;
      shared.owner = this;
      shared.token = i;
      shared.prepare = [](void* owner, uint64_t token) {
        make_readable(static_cast<FrameFork*>(owner)->entries_[token].frame);
      };
      shared.release = [](void* owner, uint64_t token) { static_cast<FrameFork*>(owner)->release(token); };
      return shared;
    }
    return std::nullopt;
  }

  // Waits for both borrowers of every frame: on return none is read any more, and the source has all.
  void wait_until_returned() {
    std::unique_lock lock(mutex_);
    returned_.wait(lock, [this] {
      return std::all_of(entries_.begin(), entries_.end(),
                         [](const Entry& entry) { return entry.leases == 0; });
    });
  }

 private:
  struct Entry {
    RawFrame frame;
    int leases;
  };

  void release(uint64_t token) {
    RawFrame frame;
    {
      const std::lock_guard lock(mutex_);
      Entry& entry = entries_[token];
      if (entry.leases > 1) {
        --entry.leases;
        return;
      }
      frame = entry.frame;
    }
    frame.release(frame.owner, frame.token);
    const std::lock_guard lock(mutex_);
    entries_[token].leases = 0;  // not before: who waits for it lets the source go
    returned_.notify_all();      // locked, or the fork could be gone
  }

  // More than the frames that both ways hold and have waiting.
  static constexpr size_t kMaxShared = 16;

  std::mutex mutex_;
  std::condition_variable returned_;
  std::array<Entry, kMaxShared> entries_{};
};

}  // namespace pcs
