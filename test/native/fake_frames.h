// Raw frames that know how often they have been made readable and released.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "core/raw_frame.h"

namespace pcs::test {

class FakeFrames {
 public:
  static constexpr uint64_t kMaxFrames = 1000;

  // The frame with this sequence number, less than kMaxFrames.
  RawFrame lend(uint64_t sequence) {
    ++lent_;
    RawFrame frame{};
    frame.layout = PixelLayout::kI420;
    frame.width = frame.height = 16;
    frame.sequence = sequence;
    frame.capture_time_us = static_cast<int64_t>(1000 * sequence);
    frame.sensor.analogue_gain = static_cast<double>(sequence) / 2;
    frame.owner = this;
    frame.token = sequence;
    frame.prepare = [](void* owner, uint64_t token) {
      ++static_cast<FakeFrames*>(owner)->prepared_.at(token);
    };
    frame.release = [](void* owner, uint64_t token) {
      ++static_cast<FakeFrames*>(owner)->releases_.at(token);
    };
    return frame;
  }

  int prepared(uint64_t sequence) const { return prepared_.at(sequence); }
  int releases(uint64_t sequence) const { return releases_.at(sequence); }

  // Every frame that was lent came back, and none twice.
  bool all_released_once() const {
    uint64_t released = 0;
    for (const auto& count : releases_) {
      if (count > 1) return false;
      released += static_cast<uint64_t>(count);
    }
    return released == lent_;
  }

 private:
  std::atomic<uint64_t> lent_{0};
  std::array<std::atomic<int>, kMaxFrames> prepared_{};
  std::array<std::atomic<int>, kMaxFrames> releases_{};
};

}  // namespace pcs::test
