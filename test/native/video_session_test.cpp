#include "core/video_session.h"

#include <doctest/doctest.h>

#include <array>
#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "fake_session_parts.h"
#include "sources/paced_source.h"
#include "sources/test_pattern.h"
#include "support.h"

namespace pcs {
namespace {

using test::eventually;
using test::settle;
using Sequences = std::vector<uint64_t>;

struct VideoControl : test::EncoderControl {
  std::atomic<bool> leaves_out{false};
  std::atomic<bool> stumbles{false};
  std::atomic<uint32_t> bitrate_bps{0};  // that the last frame was to have
  std::atomic<bool> destroyed{false};
};

// Writes the sequence number as the frame's one byte, and makes a key frame of each that is to be one.
class FakeVideoEncoder final : public VideoEncoder {
 public:
  explicit FakeVideoEncoder(VideoControl& control) : control_(control) {}
  ~FakeVideoEncoder() override { control_.destroyed = true; }

  bool encode(const RawFrame& frame, bool wants_keyframe, uint32_t bitrate_bps, FrameSlot slot,
              EncodedVideo& result, Failure& failure) override {
    control_.bitrate_bps = bitrate_bps;
    control_.pass();
    if (control_.fails) {
      failure.set("ERR_ENCODE", "frame %u is cursed", static_cast<unsigned>(frame.sequence));
      return false;
    }
    if (control_.stumbles)
      failure.set("ERR_ENCODE", "frame %u was hard", static_cast<unsigned>(frame.sequence));
    if (control_.leaves_out) return true;
    slot.data[0] = static_cast<uint8_t>(frame.sequence);
    result.width = frame.width;
    result.height = frame.height;
    result.bytes = 1;
    result.is_keyframe = wants_keyframe;
    result.by_hardware = frame.sequence % 4 == 0;
    return true;
  }

 private:
  VideoControl& control_;
};

// Keeps what it is told.
class RecordingVideoListener final : public VideoListener {
 public:
  void on_video(const EncodedVideo& video) noexcept override {
    const std::lock_guard lock(mutex_);
    videos_.push_back(video);
  }
  void on_video_failed(const Failure& failure, bool is_over) noexcept override {
    const std::lock_guard lock(mutex_);
    (is_over ? failures_ : troubles_).push_back(failure);
  }

  std::vector<EncodedVideo> videos() const {
    const std::lock_guard lock(mutex_);
    return videos_;
  }
  std::vector<Failure> failures() const {
    const std::lock_guard lock(mutex_);
    return failures_;
  }
  std::vector<Failure> troubles() const {
    const std::lock_guard lock(mutex_);
    return troubles_;
  }
  Sequences sequences() const {
    Sequences result;
    for (const auto& video : videos()) result.push_back(video.sequence);
    return result;
  }
  Sequences keyframes() const {
    Sequences result;
    for (const auto& video : videos())
      if (video.is_keyframe) result.push_back(video.sequence);
    return result;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<EncodedVideo> videos_;
  std::vector<Failure> failures_, troubles_;
};

// Ends a slot's lease at once.
class ReleasingVideoListener final : public VideoListener {
 public:
  std::atomic<VideoSession*> session{nullptr};
  std::atomic<uint64_t> last_sequence{0};
  std::atomic<int> mistakes{0};

  void on_video(const EncodedVideo& video) noexcept override {
    if (video.sequence < last_sequence) ++mistakes;
    last_sequence = video.sequence;
    if (VideoSession* known = session) known->pool().release(video.slot);
  }
  void on_video_failed(const Failure& /*failure*/, bool /*is_over*/) noexcept override { ++mistakes; }
};

template <size_t Count>
std::vector<FrameSlot> slots_in(std::array<uint8_t, Count>& memory) {
  std::vector<FrameSlot> slots;
  for (auto& byte : memory) slots.push_back({&byte, 1});
  return slots;
}

// A way to video, with three slots of one byte.
struct Branch {
  Branch()
      : session(std::make_shared<VideoSession>(std::make_unique<FakeVideoEncoder>(encoder), slots_in(memory),
                                               1'000'000, listener)) {}

  std::array<uint8_t, 3> memory{};
  VideoControl encoder;
  RecordingVideoListener listener;
  std::shared_ptr<VideoSession> session;  // last: its thread ends first
};

// A capture session of fakes that has been started, with a way to video beside the one to JPEG.
struct Bench {
  explicit Bench(bool live = true) {
    source.live = live;
    capture = std::make_unique<CaptureSession>(std::make_unique<test::FakeSource>(source),
                                               std::make_unique<test::FakeEncoder>(jpeg_encoder),
                                               slots_in(jpeg_memory), 0, jpegs);
    capture->set_tap(video.session);
    Failure failure{};
    REQUIRE(capture->start(failure));
  }

  void emit_and_wait(uint64_t sequence) {
    const size_t before = video.listener.videos().size();
    source.emit(sequence);
    REQUIRE(eventually([&] { return video.listener.videos().size() > before; }));
  }
  void emit_and_release(uint64_t sequence) {
    emit_and_wait(sequence);
    CHECK(video.session->pool().release(video.listener.videos().back().slot));
  }
  // Until no one holds it any more.
  void emit_to_the_end(uint64_t sequence) {
    source.emit(sequence);
    REQUIRE(eventually([&] { return source.frames.releases(sequence) == 1; }));
  }

  std::array<uint8_t, 100> jpeg_memory{};
  test::SourceControl source;
  test::EncoderControl jpeg_encoder;
  test::RecordingListener jpegs;
  Branch video;
  std::unique_ptr<CaptureSession> capture;  // last: its threads end first
};

TEST_CASE("a frame becomes video with its bytes, times and number, and JPEG besides") {
  Bench bench;
  bench.emit_and_wait(7);
  const EncodedVideo video = bench.video.listener.videos().at(0);
  CHECK(video.sequence == 7);
  CHECK(video.capture_time_us == 7000);
  CHECK(video.width == 16);
  CHECK(video.height == 16);
  CHECK(video.bytes == 1);
  CHECK(bench.video.memory.at(video.slot) == 7);
  CHECK(bench.video.encoder.bitrate_bps == 1'000'000);
  CHECK(eventually([&] { return bench.jpegs.sequences() == Sequences{7}; }));
  CHECK(eventually([&] { return bench.source.frames.releases(7) == 1; }));
}

TEST_CASE("video comes in the order of its frames, in slots that are used again") {
  Bench bench;
  Sequences emitted;
  for (uint64_t sequence = 1; sequence <= 20; ++sequence) {
    bench.emit_and_release(sequence);
    emitted.push_back(sequence);
  }
  CHECK(bench.video.listener.sequences() == emitted);
  const VideoCounters counters = bench.video.session->counters();
  CHECK(counters.encoded == 20);
  CHECK(counters.bytes == 20);
  CHECK(counters.keyframes == 1);
  CHECK(counters.by_hardware == 5);
  CHECK(counters.dropped_encoder == 0);
  CHECK(counters.dropped_no_slot == 0);
}

TEST_CASE("a frame goes back to the source when both ways have done with it, whichever is the slower") {
  Bench bench;
  bench.jpeg_encoder.hold();
  bench.emit_and_wait(1);
  settle();
  CHECK(bench.source.frames.releases(1) == 0);
  bench.jpeg_encoder.go_on();
  CHECK(eventually([&] { return bench.source.frames.releases(1) == 1; }));
  bench.video.encoder.hold();
  bench.source.emit(2);
  REQUIRE(eventually([&] { return bench.jpegs.sequences() == Sequences{1, 2}; }));
  settle();
  CHECK(bench.source.frames.releases(2) == 0);
  bench.video.encoder.go_on();
  CHECK(eventually([&] { return bench.source.frames.releases(2) == 1; }));
}

TEST_CASE("with a video encoder that is too slow the newest frame is next, and JPEGs are not held up") {
  Bench bench;
  bench.video.encoder.hold();
  bench.source.emit(1);
  REQUIRE(eventually([&] { return bench.video.encoder.entered == 1; }));
  for (uint64_t sequence = 2; sequence <= 5; ++sequence) {
    bench.source.emit(sequence);
    REQUIRE(eventually([&] { return bench.jpegs.encoded().size() == sequence; }));
  }
  bench.video.encoder.go_on();
  REQUIRE(eventually([&] { return bench.video.listener.videos().size() == 2; }));
  CHECK(bench.video.listener.sequences() == Sequences{1, 5});
  CHECK(bench.video.session->counters().dropped_encoder == 3);
  CHECK(eventually([&] { return bench.source.frames.all_released_once(); }));
}

TEST_CASE("frames are no video while no slot is free, and are again when one is") {
  Bench bench;
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) bench.emit_and_wait(sequence);
  bench.video.session->request_keyframe();
  bench.emit_to_the_end(4);
  CHECK(bench.video.session->counters().dropped_no_slot == 1);
  const uint32_t slot = bench.video.listener.videos().at(1).slot;
  CHECK(bench.video.session->pool().release(slot));
  bench.emit_and_wait(5);
  CHECK(bench.video.listener.sequences() == Sequences{1, 2, 3, 5});
  CHECK(bench.video.listener.videos().back().slot == slot);
  CHECK(bench.video.listener.keyframes() == Sequences{1, 5});  // what was asked for is not forgotten
}

TEST_CASE("the first frame is to be a key frame, and then the next after each request") {
  Bench bench;
  for (uint64_t sequence = 1; sequence <= 6; ++sequence) {
    if (sequence == 4) bench.video.session->request_keyframe();
    bench.emit_and_release(sequence);
  }
  CHECK(bench.video.listener.keyframes() == Sequences{1, 4});
  CHECK(bench.video.session->counters().keyframes == 2);
}

TEST_CASE("a frame that the encoder leaves out takes neither slot nor request with it") {
  Bench bench;
  bench.video.encoder.leaves_out = true;
  for (uint64_t sequence = 1; sequence <= 5; ++sequence) bench.emit_to_the_end(sequence);
  CHECK(bench.video.listener.videos().empty());
  bench.video.encoder.leaves_out = false;
  for (uint64_t sequence = 6; sequence <= 8; ++sequence) bench.emit_and_wait(sequence);
  CHECK(bench.video.listener.keyframes() == Sequences{6});
  CHECK(bench.video.session->counters().encoded == 3);
}

TEST_CASE("a bitrate counts from the next frame on") {
  Bench bench;
  bench.emit_and_wait(1);
  bench.video.session->set_bitrate(300'000);
  bench.emit_and_wait(2);
  CHECK(bench.video.encoder.bitrate_bps == 300'000);
}

TEST_CASE("an encoder that fails is told once and let go; its slot is free, and JPEGs go on") {
  Bench bench;
  bench.emit_and_release(1);
  bench.video.encoder.fails = true;
  for (uint64_t sequence = 2; sequence <= 6; ++sequence) bench.emit_to_the_end(sequence);
  CHECK(eventually([&] { return bench.video.encoder.destroyed.load(); }));
  CHECK(bench.video.encoder.entered == 2);
  const auto failures = bench.video.listener.failures();
  REQUIRE(failures.size() == 1);
  CHECK(std::string(failures[0].code) == "ERR_ENCODE");
  CHECK(std::string(failures[0].message) == "frame 2 is cursed");
  for (uint32_t slot = 0; slot < 3; ++slot) CHECK_FALSE(bench.video.session->pool().release(slot));
  CHECK(bench.jpegs.sequences() == Sequences{1, 2, 3, 4, 5, 6});
}

TEST_CASE("what an encoder gets over is told, and its frames come") {
  Bench bench;
  bench.emit_and_wait(1);
  bench.video.encoder.stumbles = true;
  bench.emit_and_wait(2);
  bench.video.encoder.stumbles = false;
  bench.emit_and_wait(3);
  CHECK(bench.video.listener.sequences() == Sequences{1, 2, 3});
  CHECK(bench.video.listener.failures().empty());
  const auto troubles = bench.video.listener.troubles();
  REQUIRE(troubles.size() == 1);
  CHECK(std::string(troubles[0].message) == "frame 2 was hard");
}

TEST_CASE("while no JPEG is wanted frames are passed over, and video goes on") {
  Bench bench;
  bench.capture->set_encoding(false);
  bench.emit_and_wait(1);
  bench.emit_and_wait(2);
  CHECK(eventually([&] { return bench.jpegs.passed_over() == 2; }));
  bench.capture->set_encoding(true);
  bench.emit_and_wait(3);
  CHECK(eventually([&] { return bench.jpegs.sequences() == Sequences{3}; }));
  CHECK(bench.jpegs.passed_over() == 2);
  CHECK(bench.video.listener.sequences() == Sequences{1, 2, 3});
  CHECK(bench.capture->counters().captured == 3);
  CHECK(bench.capture->counters().encoded == 1);
  CHECK(eventually([&] { return bench.source.frames.all_released_once(); }));
}

TEST_CASE("frames of a source that is not live become JPEGs, wanted or not: their slots set its pace") {
  Bench bench(false);
  bench.capture->set_encoding(false);
  bench.emit_and_wait(1);
  CHECK(eventually([&] { return bench.jpegs.sequences() == Sequences{1}; }));
  CHECK(bench.jpegs.passed_over() == 0);
}

TEST_CASE("a way that is taken away gets no more frames, and the source goes on") {
  Bench bench;
  bench.video.encoder.hold();
  bench.source.emit(1);
  REQUIRE(eventually([&] { return bench.video.encoder.entered == 1; }));
  bench.source.emit(2);
  bench.capture->remove_tap(*bench.video.session);
  bench.source.emit(3);
  std::thread draining([&] { bench.video.session->drain(); });
  CHECK(eventually([&] { return bench.source.frames.releases(2) == 1; }));
  CHECK_FALSE(bench.video.encoder.destroyed);
  bench.video.encoder.go_on();
  draining.join();
  CHECK(bench.video.encoder.destroyed);
  CHECK(bench.video.listener.sequences() == Sequences{1});
  const size_t jpegs = bench.jpegs.encoded().size();
  bench.emit_to_the_end(4);
  CHECK(bench.jpegs.encoded().size() > jpegs);
  CHECK(eventually([&] { return bench.source.frames.all_released_once(); }));
}

TEST_CASE("another way takes the place of the first, and that one can be taken away no more") {
  Bench bench;
  bench.emit_and_wait(1);
  Branch next;
  bench.capture->set_tap(next.session);
  bench.capture->remove_tap(*bench.video.session);
  bench.source.emit(2);
  CHECK(eventually([&] { return next.listener.sequences() == Sequences{2}; }));
  bench.capture->stop();
  CHECK(next.encoder.destroyed);
  CHECK(bench.video.listener.sequences() == Sequences{1});
}

TEST_CASE("stopping finishes the frame that is being made video and releases all others") {
  Bench bench;
  bench.video.encoder.hold();
  bench.source.emit(1);
  REQUIRE(eventually([&] { return bench.video.encoder.entered == 1; }));
  bench.source.emit(2);
  bench.source.emits_while_stopping = true;
  std::thread stopping([&] { bench.capture->stop(); });
  CHECK(eventually([&] { return bench.source.stopped.load(); }));
  settle();
  CHECK_FALSE(bench.source.destroyed);  // its frame is still being read
  bench.video.encoder.go_on();
  stopping.join();
  CHECK(bench.video.listener.sequences() == Sequences{1});
  CHECK(bench.video.encoder.destroyed);
  CHECK(bench.source.destroyed);
  CHECK(bench.source.frames.all_released_once());
}

TEST_CASE("stopping waits for a way that was taken away and still reads its last frame") {
  Bench bench;
  bench.video.encoder.hold();
  bench.source.emit(1);
  REQUIRE(eventually([&] { return bench.video.encoder.entered == 1; }));
  bench.capture->remove_tap(*bench.video.session);
  std::thread stopping([&] { bench.capture->stop(); });
  CHECK(eventually([&] { return bench.source.stopped.load(); }));
  settle();
  CHECK_FALSE(bench.source.destroyed);
  bench.video.encoder.go_on();
  stopping.join();
  CHECK(bench.source.destroyed);
  CHECK(bench.source.frames.all_released_once());
}

TEST_CASE("a way that comes after the stop ends at once") {
  Bench bench;
  bench.capture->stop();
  Branch late;
  bench.capture->set_tap(late.session);
  CHECK(late.encoder.destroyed);
  bench.capture->set_tap(nullptr);
  late.session->drain();
}

TEST_CASE("a live source has a buffer for every frame, however slow both encoders are") {
  test::EncoderControl jpeg_encoder;
  test::RecordingListener jpegs;
  std::array<uint8_t, 3> jpeg_memory{};
  Branch video;
  CaptureSession capture(
      std::make_unique<PacedSource>(std::make_unique<TestPattern>(16, 16), Pacing{true, 500}),
      std::make_unique<test::FakeEncoder>(jpeg_encoder), slots_in(jpeg_memory), 0, jpegs);
  capture.set_tap(video.session);
  jpeg_encoder.hold();
  Failure failure{};
  REQUIRE(capture.start(failure));
  REQUIRE(eventually([&] { return !video.listener.videos().empty(); }));
  video.encoder.hold();  // at another frame than the one that becomes a JPEG
  const uint64_t captured = capture.counters().captured;
  CHECK(eventually([&] { return capture.counters().captured >= captured + 20; }));
  video.encoder.go_on();
  jpeg_encoder.go_on();
}

TEST_CASE("ways come and go while frames come, and the session ends at any moment") {
  for (int turn = 0; turn < 40; ++turn) {
    test::EncoderControl jpeg_encoder;
    VideoControl video_encoder;
    test::RecordingListener jpegs;
    std::array<uint8_t, 3> jpeg_memory{}, video_memory{};
    ReleasingVideoListener videos;
    const Pacing pacing{turn % 2 == 0, 1000};
    CaptureSession capture(std::make_unique<PacedSource>(std::make_unique<TestPattern>(16, 16), pacing),
                           std::make_unique<test::FakeEncoder>(jpeg_encoder), slots_in(jpeg_memory), 0,
                           jpegs);
    Failure failure{};
    REQUIRE(capture.start(failure));
    std::thread jpeg_consumer([&] {
      for (uint32_t i = 0; i < 300; ++i) {
        capture.pool().release(i % 3);
        capture.set_encoding(i % 4 != 0);
      }
    });
    std::thread viewer([&] {
      for (int visit = 0; visit < 5; ++visit) {
        const auto session = std::make_shared<VideoSession>(std::make_unique<FakeVideoEncoder>(video_encoder),
                                                            slots_in(video_memory), 1'000'000, videos);
        videos.session = session.get();
        capture.set_tap(session);
        session->request_keyframe();
        session->set_bitrate(500'000);
        std::this_thread::sleep_for(std::chrono::microseconds(30 * turn));
        capture.remove_tap(*session);
        session->drain();
        const VideoCounters counters = session->counters();
        videos.session = nullptr;
        if (counters.encoded != counters.bytes) ++videos.mistakes;
      }
    });
    std::this_thread::sleep_for(std::chrono::microseconds(100 * turn));
    capture.stop();
    jpeg_consumer.join();
    viewer.join();
    CHECK(videos.mistakes == 0);
  }
}

}  // namespace
}  // namespace pcs
