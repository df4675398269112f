#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>
#include <vector>

#include "core/capture_session.h"
#include "encoder/frame_jpeg_encoder.h"
#include "sources/paced_source.h"
#include "sources/test_pattern.h"
#include "support.h"

namespace pcs {
namespace {

using Bytes = std::vector<uint8_t>;

// Copies what it is told is final, compares it with the complete frame, and gives the slot back.
class PrefixListener final : public SessionListener {
 public:
  explicit PrefixListener(std::array<Bytes, 3>& memory) : memory_(memory) {}

  FramePool* pool = nullptr;
  std::atomic<int> frames{0};
  std::atomic<int> notices{0};
  std::atomic<int> mistakes{0};

  void on_progress(const EncodedFrame& frame) noexcept override {
    const auto begin = memory_[frame.slot].begin();
    if (frame.jpeg_bytes <= prefix_.size()) ++mistakes;
    prefix_.assign(begin, begin + static_cast<ptrdiff_t>(frame.jpeg_bytes));
    ++notices;
  }
  void on_encoded(const EncodedFrame& frame) noexcept override {
    if (prefix_.size() >= frame.jpeg_bytes) ++mistakes;
    if (!std::equal(prefix_.begin(), prefix_.end(), memory_[frame.slot].begin())) ++mistakes;
    prefix_.clear();
    ++frames;
    pool->release(frame.slot);
  }
  void on_abandoned(uint32_t /*slot*/) noexcept override { ++mistakes; }
  void on_passed_over() noexcept override { ++mistakes; }
  void on_event(SourceEvent /*event*/, const Failure& /*failure*/) noexcept override {}

 private:
  std::array<Bytes, 3>& memory_;
  Bytes prefix_;
};

TEST_CASE("what is told of a frame before it is complete stays as it is, with any number of threads") {
  for (uint32_t threads = 1; threads <= 4; ++threads) {
    CAPTURE(threads);
    std::array<Bytes, 3> memory;
    std::vector<FrameSlot> slots;
    for (auto& bytes : memory) {
      bytes.resize(JpegEncoder::max_bytes(PixelLayout::kI420, 320, 240));
      slots.push_back({bytes.data(), bytes.size()});
    }
    EncodeOptions options;
    options.restart_interval = 20;
    options.threads = threads;
    PrefixListener listener(memory);
    const Pacing unpaced{false, 30};
    CaptureSession session(std::make_unique<PacedSource>(std::make_unique<TestPattern>(320, 240), unpaced),
                           std::make_unique<FrameJpegEncoder>(options), slots, 1, listener);
    listener.pool = &session.pool();
    Failure failure{};
    REQUIRE(session.start(failure));
    CHECK(test::eventually([&] { return listener.frames >= 30; }));
    session.stop();
    CHECK(listener.notices > 0);
    CHECK(listener.mistakes == 0);
    CHECK(session.counters().dropped_failed == 0);
  }
}

}  // namespace
}  // namespace pcs
