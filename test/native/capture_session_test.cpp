#include "core/capture_session.h"

#include <doctest/doctest.h>

#include <array>
#include <memory>
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
using Sequences = std::vector<uint64_t>;

// A session of fakes, with slots of one byte.
struct Bench {
  explicit Bench(bool live = true, int64_t progress_interval_us = 0, size_t slot_count = 3)
      : memory(slot_count) {
    source.live = live;
    std::vector<FrameSlot> slots;
    for (auto& byte : memory) slots.push_back({&byte, 1});
    session = std::make_unique<CaptureSession>(std::make_unique<test::FakeSource>(source),
                                               std::make_unique<test::FakeEncoder>(encoder), slots,
                                               progress_interval_us, listener);
  }

  void start() {
    Failure failure{};
    REQUIRE(session->start(failure));
  }
  void emit_and_wait(uint64_t sequence) {
    const size_t before = listener.encoded().size();
    source.emit(sequence);
    REQUIRE(eventually([&] { return listener.encoded().size() > before; }));
  }

  std::vector<uint8_t> memory;
  test::SourceControl source;
  test::EncoderControl encoder;
  test::RecordingListener listener;
  std::unique_ptr<CaptureSession> session;  // last: its threads end first
};

TEST_CASE("a session that was paused takes frames again after a start, and the ones before are not lost") {
  Bench bench;
  bench.start();
  bench.emit_and_wait(1);
  bench.session->pause();
  CHECK(bench.source.stopped);
  CHECK_FALSE(bench.source.destroyed);
  bench.session->pause();  // once more is harmless
  bench.start();
  bench.emit_and_wait(2);
  CHECK(bench.session->counters().encoded == 2);
  Failure failure{};
  CHECK_FALSE(bench.session->start(failure));
  CHECK(std::string(failure.code) == "ERR_INVALID_ARGUMENT");
}

TEST_CASE("a session that does not start again after a pause can still be stopped") {
  Bench bench;
  bench.start();
  bench.session->pause();
  bench.source.fails_to_start = true;
  Failure failure{};
  CHECK_FALSE(bench.session->start(failure));
  CHECK(std::string(failure.code) == "ERR_CAMERA_BUSY");
  bench.session->stop();
  CHECK(bench.source.destroyed);
}

TEST_CASE("a frame reaches the listener with its bytes, times, number and metadata") {
  Bench bench;
  bench.start();
  bench.emit_and_wait(7);
  const EncodedFrame frame = bench.listener.encoded().at(0);
  CHECK(frame.sequence == 7);
  CHECK(frame.capture_time_us == 7000);
  CHECK(frame.received_time_us > 0);
  CHECK(frame.encode_start_time_us >= frame.received_time_us);
  CHECK(frame.encoded_time_us >= frame.encode_start_time_us);
  CHECK(frame.width == 16);
  CHECK(frame.jpeg_bytes == 1);
  CHECK_FALSE(frame.passed_through);
  CHECK(frame.sensor.analogue_gain == 3.5);
  CHECK(bench.memory.at(frame.slot) == 7);
  CHECK(eventually([&] { return bench.source.frames.releases(7) == 1; }));
}

TEST_CASE("with an encoder that is too slow the newest frames are encoded and the others counted") {
  Bench bench;
  bench.start();
  bench.encoder.hold();
  bench.source.emit(1);
  REQUIRE(eventually([&] { return bench.encoder.entered == 1; }));
  for (uint64_t sequence = 2; sequence <= 6; ++sequence) bench.source.emit(sequence);
  bench.encoder.go_on();
  REQUIRE(eventually([&] { return bench.listener.encoded().size() == 3; }));
  CHECK(bench.listener.sequences() == Sequences{1, 5, 6});
  const SessionCounters counters = bench.session->counters();
  CHECK(counters.captured == 6);
  CHECK(counters.encoded == 3);
  CHECK(counters.dropped_encoder == 3);
  CHECK(eventually([&] { return bench.source.frames.all_released_once(); }));
  for (uint64_t sequence = 1; sequence <= 6; ++sequence) {
    CAPTURE(sequence);  // those that were dropped have not been made readable for nothing
    CHECK(bench.source.frames.prepared(sequence) == (sequence == 1 || sequence > 4 ? 1 : 0));
  }
}

TEST_CASE("a frame that waits for the encoder says when it came and when its turn was") {
  Bench bench;
  bench.start();
  bench.encoder.hold();
  bench.source.emit(1);
  REQUIRE(eventually([&] { return bench.encoder.entered == 1; }));
  bench.source.emit(2);
  test::settle();
  bench.encoder.go_on();
  REQUIRE(eventually([&] { return bench.listener.encoded().size() == 2; }));
  const EncodedFrame first = bench.listener.encoded().at(0), second = bench.listener.encoded().at(1);
  CHECK(second.received_time_us < first.encoded_time_us);
  CHECK(second.encode_start_time_us >= first.encoded_time_us);
}

TEST_CASE("a live source's frames are dropped while no slot is free, and come again when one is") {
  Bench bench;
  bench.start();
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) bench.emit_and_wait(sequence);
  bench.source.emit(4);
  REQUIRE(eventually([&] { return bench.session->counters().dropped_no_slot == 1; }));
  const uint32_t slot = bench.listener.encoded().at(1).slot;
  CHECK(bench.session->pool().release(slot));
  bench.emit_and_wait(5);
  CHECK(bench.listener.sequences() == Sequences{1, 2, 3, 5});
  CHECK(bench.listener.encoded().back().slot == slot);
  CHECK(eventually([&] { return bench.source.frames.all_released_once(); }));
}

TEST_CASE("a source that is not live loses nothing: the encoder waits for a slot") {
  Bench bench(false);
  bench.start();
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) bench.emit_and_wait(sequence);
  bench.source.emit(4);
  test::settle();
  CHECK(bench.listener.encoded().size() == 3);
  CHECK(bench.source.frames.releases(4) == 0);
  CHECK(bench.session->pool().release(bench.listener.encoded().at(0).slot));
  CHECK(eventually([&] { return bench.listener.sequences() == Sequences{1, 2, 3, 4}; }));
  CHECK(bench.session->counters().dropped_no_slot == 0);
}

TEST_CASE(
    "of a source that is not live the listener hears for half of the slots at a time, or when none waits") {
  Bench bench(false, 0, 8);
  bench.start();
  bench.encoder.hold();
  for (uint64_t sequence = 1; sequence <= 6; ++sequence) bench.source.emit(sequence);
  bench.encoder.hold(4);
  REQUIRE(eventually([&] { return bench.encoder.entered == 4; }));
  CHECK(bench.listener.encoded().empty());
  bench.encoder.hold(6);
  REQUIRE(eventually([&] { return bench.encoder.entered == 6; }));
  CHECK(bench.listener.sequences() == Sequences{1, 2, 3, 4});
  bench.encoder.go_on();
  CHECK(eventually([&] { return bench.listener.sequences() == Sequences{1, 2, 3, 4, 5, 6}; }));
}

TEST_CASE("the listener has heard of all frames before the encoder waits for a slot") {
  Bench bench(false, 0, 5);
  bench.start();
  bench.encoder.hold();
  for (uint64_t sequence = 1; sequence <= 6; ++sequence) bench.source.emit(sequence);
  bench.encoder.go_on();
  REQUIRE(eventually([&] { return bench.listener.encoded().size() == 5; }));
  CHECK(bench.session->pool().release(bench.listener.encoded().at(0).slot));
  CHECK(eventually([&] { return bench.listener.encoded().size() == 6; }));
}

TEST_CASE("stopping ends the wait for a slot") {
  Bench bench(false);
  bench.start();
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) bench.emit_and_wait(sequence);
  for (uint64_t sequence = 4; sequence <= 6; ++sequence) bench.source.emit(sequence);
  test::settle();
  bench.session->stop();
  CHECK(bench.listener.encoded().size() == 3);
  CHECK(bench.source.frames.all_released_once());
}

TEST_CASE("a frame that the encoder refuses is told, counted, and leaves its slot free") {
  Bench bench;
  bench.start();
  bench.encoder.fails = true;
  for (uint64_t sequence = 1; sequence <= 5; ++sequence) {
    bench.source.emit(sequence);
    REQUIRE(eventually([&] { return bench.session->counters().dropped_failed == sequence; }));
  }
  REQUIRE(eventually([&] { return bench.listener.events().size() == 5; }));
  const auto [event, failure] = bench.listener.events().at(0);
  CHECK(event == SourceEvent::kFailed);
  CHECK(std::string(failure.code) == "ERR_ENCODE");
  CHECK(std::string(failure.message) == "frame 1 is cursed");
  bench.encoder.fails = false;
  for (uint64_t sequence = 6; sequence <= 8; ++sequence) bench.emit_and_wait(sequence);
}

TEST_CASE("frames of which nobody wants a JPEG are told of, and need neither encoder nor slot") {
  Bench bench;
  bench.session->set_encoding(false);
  bench.start();
  for (uint64_t sequence = 0; sequence < 5; ++sequence) {
    bench.source.emit(sequence);
    REQUIRE(eventually([&] { return bench.listener.passed_over() == static_cast<int>(sequence) + 1; }));
  }
  bench.session->set_encoding(true);
  bench.emit_and_wait(5);
  CHECK(bench.listener.sequences() == Sequences{5});
  CHECK(bench.session->counters().dropped_no_slot == 0);
}

TEST_CASE("a frame whose encoding takes long is told of before it is complete") {
  Bench bench(true, 1000);
  bench.encoder.steps = 50;
  bench.start();
  bench.emit_and_wait(1);
  CHECK(bench.listener.progress().empty());  // how long a frame takes is not known yet
  bench.emit_and_wait(2);
  const auto progress = bench.listener.progress();
  REQUIRE_FALSE(progress.empty());
  CHECK(progress.size() <= 50);
  const EncodedFrame complete = bench.listener.encoded().at(1);
  for (const EncodedFrame& frame : progress) {
    CHECK(frame.slot == complete.slot);
    CHECK(frame.sequence == 2);
    CHECK(frame.capture_time_us == 2000);
    CHECK(frame.width == 16);
    CHECK(frame.height == complete.height);
    CHECK(frame.jpeg_bytes == 1);
    CHECK(frame.received_time_us == complete.received_time_us);
    CHECK(frame.encode_start_time_us == complete.encode_start_time_us);
    CHECK(frame.encoded_time_us == 0);
    CHECK(frame.sensor.analogue_gain == complete.sensor.analogue_gain);
  }
  CHECK(bench.listener.abandoned().empty());
}

TEST_CASE("frames that are encoded quickly, or of which nobody wants to know, are told of when complete") {
  for (const int64_t interval_us : {int64_t{0}, int64_t{60'000'000}}) {
    Bench bench(true, interval_us);
    bench.encoder.steps = 5;
    bench.start();
    for (uint64_t sequence = 1; sequence <= 3; ++sequence) bench.emit_and_wait(sequence);
    CHECK(bench.listener.progress().empty());
  }
}

TEST_CASE("a frame that fails after it was told of is abandoned, and its slot is the listener's to release") {
  Bench bench(true, 1000);
  bench.encoder.steps = 50;
  bench.start();
  bench.emit_and_wait(1);
  bench.encoder.fails = true;
  bench.source.emit(2);
  REQUIRE(eventually([&] { return bench.listener.events().size() == 1; }));
  REQUIRE_FALSE(bench.listener.progress().empty());
  const uint32_t slot = bench.listener.progress().at(0).slot;
  CHECK(bench.listener.abandoned() == std::vector<uint32_t>{slot});
  CHECK(bench.session->counters().dropped_failed == 1);
  CHECK(bench.session->pool().release(slot));  // leased until now
  CHECK(eventually([&] { return bench.source.frames.releases(2) == 1; }));
}

TEST_CASE("a frame that fails before it was told of is not abandoned") {
  Bench bench(true, 1000);
  bench.start();
  bench.encoder.fails = true;
  bench.source.emit(1);
  REQUIRE(eventually([&] { return bench.listener.events().size() == 1; }));
  CHECK(bench.listener.abandoned().empty());
  for (uint32_t slot = 0; slot < 3; ++slot) CHECK_FALSE(bench.session->pool().release(slot));
}

TEST_CASE("the encoder is stopped once, after its last frame") {
  Bench bench;
  bench.start();
  bench.emit_and_wait(1);
  CHECK(bench.encoder.stopped == 0);
  bench.session->stop();
  bench.session->stop();
  CHECK(bench.encoder.stopped == 1);
}

TEST_CASE("the source's events are passed on") {
  Bench bench;
  bench.start();
  Failure failure{};
  failure.set("ERR_CAMERA_DISCONNECTED", "unplugged");
  bench.source.sink.load()->on_event(SourceEvent::kDisconnected, failure);
  const auto events = bench.listener.events();
  REQUIRE(events.size() == 1);
  CHECK(events[0].first == SourceEvent::kDisconnected);
  CHECK(std::string(events[0].second.code) == "ERR_CAMERA_DISCONNECTED");
}

TEST_CASE("a source that does not start is let go, with its reason") {
  Bench bench;
  bench.source.fails_to_start = true;
  Failure failure{};
  CHECK_FALSE(bench.session->start(failure));
  CHECK(std::string(failure.code) == "ERR_CAMERA_BUSY");
  CHECK(bench.source.destroyed);
  CHECK_FALSE(bench.session->start(failure));
  CHECK(std::string(failure.code) == "ERR_CLOSED");
}

TEST_CASE("stopping finishes the frame that is being encoded and releases all others") {
  Bench bench;
  bench.source.emits_while_stopping = true;
  bench.start();
  bench.encoder.hold();
  for (uint64_t sequence = 1; sequence <= 3; ++sequence) bench.source.emit(sequence);
  REQUIRE(eventually([&] { return bench.encoder.entered == 1; }));
  std::thread stopping([&] { bench.session->stop(); });
  CHECK(eventually([&] { return bench.source.stopped.load(); }));
  CHECK_FALSE(bench.source.destroyed);
  bench.encoder.go_on();
  stopping.join();
  CHECK(bench.listener.encoded().size() == 1);
  CHECK(bench.source.destroyed);
  CHECK(bench.source.frames.all_released_once());
}

TEST_CASE("after stop the source's counters stay, and stopping again is harmless") {
  Bench bench;
  bench.start();
  bench.session->stop();
  bench.session->stop();
  const SourceCounters counters = bench.session->counters().source;
  CHECK(counters.frames_lost == 11);
  CHECK(counters.frames_failed == 12);
  CHECK(counters.frames_startup == 13);
  CHECK(counters.timestamps_missing == 14);
}

TEST_CASE("controls reach the source until the session is stopped") {
  Bench bench;
  Failure failure{};
  CHECK(bench.session->set_controls({{"AnalogueGain", 2.0}}, failure));
  CHECK(bench.source.controls.size() == 1);
  CHECK_FALSE(bench.session->set_controls({{"bad", true}}, failure));
  CHECK(std::string(failure.code) == "ERR_CAMERA_CONFIG");
  bench.session->stop();
  CHECK_FALSE(bench.session->set_controls({{"AnalogueGain", 2.0}}, failure));
  CHECK(std::string(failure.code) == "ERR_CLOSED");
}

TEST_CASE("a session that was never started goes away") {
  Bench bench;
  bench.session.reset();
  CHECK(bench.source.destroyed);
}

TEST_CASE("started and stopped at any moment, with slots released by another thread") {
  for (int turn = 0; turn < 60; ++turn) {
    const Pacing pacing{turn % 2 == 0, 1000};
    auto source = std::make_unique<PacedSource>(std::make_unique<TestPattern>(16, 16), pacing);
    test::EncoderControl encoder;
    test::RecordingListener listener;
    std::array<uint8_t, 3> memory{};
    std::vector<FrameSlot> slots;
    for (auto& byte : memory) slots.push_back({&byte, 1});
    CaptureSession session(std::move(source), std::make_unique<test::FakeEncoder>(encoder), slots, 0,
                           listener);
    Failure failure{};
    REQUIRE(session.start(failure));
    std::thread consumer([&] {
      for (uint32_t i = 0; i < 300; ++i) session.pool().release(i % 3);
    });
    bool goes_back = false;
    std::thread reader([&] {
      uint64_t captured = 0;
      for (int i = 0; i < 50; ++i) {
        const SessionCounters counters = session.counters();
        goes_back = goes_back || counters.captured < captured;
        captured = counters.captured;
      }
    });
    std::this_thread::sleep_for(std::chrono::microseconds(50 * turn));
    session.stop();
    const auto encoded = listener.sequences();
    for (size_t i = 1; i < encoded.size(); ++i) CHECK(encoded[i - 1] < encoded[i]);
    const SessionCounters counters = session.counters();
    consumer.join();
    reader.join();
    CHECK(counters.encoded == encoded.size());
    CHECK_FALSE(goes_back);
  }
}

}  // namespace
}  // namespace pcs
