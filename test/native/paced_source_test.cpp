#include "sources/paced_source.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cmath>
#include <cstdio>
#include <memory>
#include <string>
#include <thread>
#include <utility>

#include "core/clock.h"
#include "core/latest_queue.h"
#include "recording_sink.h"
#include "support.h"

namespace pcs {
namespace {

using std::chrono::milliseconds;
using test::eventually;
using test::RecordingSink;

constexpr uint64_t kEndless = UINT64_MAX;

// One byte a frame. Ends after `count` frames, with `last_result`; each takes `duration` to make.
class FakeProducer final : public FrameProducer {
 public:
  explicit FakeProducer(uint64_t count = kEndless, Result last_result = Result::kEnd,
                        milliseconds duration = milliseconds(0))
      : left_(count), last_result_(last_result), duration_(duration) {}

  SourceInfo info() const override {
    SourceInfo info{};
    info.fps = 12;
    info.width = 32;
    std::snprintf(info.name, sizeof info.name, "clip.y4m");
    return info;
  }
  size_t frame_bytes() const override { return 1; }
  Result produce(uint8_t* memory, RawFrame& frame, Failure& failure) override {
    std::this_thread::sleep_for(duration_);
    if (left_ == 0) {
      if (last_result_ == Result::kFailed) failure.set("ERR_FILE_FORMAT", "damaged");
      return last_result_;
    }
    --left_;
    *memory = static_cast<uint8_t>(frame.sequence);
    frame.planes[0] = {memory, 1};
    return Result::kFrame;
  }

 private:
  uint64_t left_;
  Result last_result_;
  milliseconds duration_;
};

PacedSource paced(double fps, uint64_t count = kEndless) {
  return {std::make_unique<FakeProducer>(count), {true, fps, Orientation::kRotate90}};
}

PacedSource unpaced(uint64_t count = kEndless, FrameProducer::Result last = FrameProducer::Result::kEnd) {
  return {std::make_unique<FakeProducer>(count, last), {false, 30, Orientation::kNone}};
}

void start(PacedSource& source, FrameSink& sink) {
  Failure failure{};
  REQUIRE(source.start(sink, failure));
}

TEST_CASE("what the source says of itself") {
  const SourceInfo live = paced(25).info();
  CHECK(live.fps == 25);
  CHECK(live.live);
  CHECK(live.width == 32);
  CHECK(live.pending_orientation == Orientation::kRotate90);
  const SourceInfo file = unpaced().info();
  CHECK(file.fps == 0);
  CHECK_FALSE(file.live);
}

TEST_CASE("frames of a paced source are taken on a grid of times, none early") {
  PacedSource source = paced(300);
  RecordingSink sink(true);
  const int64_t before_us = monotonic_us();
  start(source, sink);
  REQUIRE(eventually([&] { return sink.frame_count() >= 15; }));
  const int64_t after_us = monotonic_us();
  source.stop();
  const auto frames = sink.frames();
  const int64_t first_us = frames[0].capture_time_us;
  CHECK(first_us >= before_us);
  CHECK(frames[14].capture_time_us <= after_us);
  CHECK(std::isnan(frames[0].sensor.exposure_time_us));
  for (size_t i = 1; i < frames.size(); ++i) {
    CHECK(frames[i].sequence > frames[i - 1].sequence);
    const double due_us = static_cast<double>(frames[i].sequence - frames[0].sequence) * 1e6 / 300;
    CHECK(std::abs(static_cast<double>(frames[i].capture_time_us - first_us) - due_us) <= 1.5);
  }
}

TEST_CASE("a paced source whose frames are kept counts what it could not deliver") {
  PacedSource source = paced(500);
  RecordingSink sink(false);
  start(source, sink);
  constexpr size_t kOnLoan = LatestQueue::kLiveDepth + 3;
  REQUIRE(eventually([&] { return sink.frame_count() == kOnLoan; }));
  const uint64_t lost = source.counters().frames_lost;
  REQUIRE(eventually([&] { return source.counters().frames_lost >= lost + 3; }));
  CHECK(sink.frame_count() == kOnLoan);
  sink.release(0);
  REQUIRE(eventually([&] { return sink.frame_count() == kOnLoan + 1; }));
  source.stop();
  const auto frames = sink.frames();
  CHECK(frames.back().sequence >= kOnLoan + 3);
  CHECK(source.counters().frames_lost >= frames.back().sequence + 1 - frames.size());
  CHECK(frames.back().planes[0].data == frames[0].planes[0].data);
}

TEST_CASE("a paced source that is late goes on with the present") {
  const Pacing pacing{true, 1000, Orientation::kNone};
  PacedSource source(std::make_unique<FakeProducer>(kEndless, FrameProducer::Result::kEnd, milliseconds(5)),
                     pacing);
  RecordingSink sink(true);
  start(source, sink);
  REQUIRE(eventually([&] { return sink.frame_count() >= 10; }));
  source.stop();
  const auto frames = sink.frames();
  const uint64_t skipped = frames.back().sequence + 1 - frames.size();
  CHECK(skipped >= 3 * frames.size());
  CHECK(source.counters().frames_lost >= skipped);
  CHECK(source.counters().frames_lost <= skipped + 20);
}

TEST_CASE("an unpaced source waits for its frames and loses none") {
  PacedSource source = unpaced(100);
  RecordingSink sink(false);
  start(source, sink);
  for (size_t i = 0; i < 100; ++i) {
    REQUIRE(eventually([&] { return sink.frame_count() > i; }));
    CHECK(sink.frame_count() <= i + LatestQueue::kUnpacedDepth);
    CHECK(sink.frames()[i].sequence == i);
    CHECK(*sink.frames()[i].planes[0].data == static_cast<uint8_t>(i));
    sink.release(i);
  }
  CHECK(eventually([&] { return sink.events().size() == 1; }));
  CHECK(sink.frame_count() == 100);
  CHECK(source.counters().frames_lost == 0);
}

TEST_CASE("the end is told once, and only when the last frame has come back") {
  PacedSource source = unpaced(2);
  RecordingSink sink(false);
  start(source, sink);
  REQUIRE(eventually([&] { return sink.frame_count() == 2; }));
  sink.release(0);
  test::settle();
  CHECK(sink.events().empty());
  sink.release(1);
  REQUIRE(eventually([&] { return !sink.events().empty(); }));
  source.stop();
  REQUIRE(sink.events().size() == 1);
  CHECK(sink.events()[0].first == SourceEvent::kEndOfStream);
}

TEST_CASE("a producer that fails makes the source unusable, with its reason") {
  PacedSource source = unpaced(1, FrameProducer::Result::kFailed);
  RecordingSink sink(true);
  start(source, sink);
  REQUIRE(eventually([&] { return !sink.events().empty(); }));
  const auto [event, failure] = sink.events()[0];
  CHECK(event == SourceEvent::kUnusable);
  CHECK(std::string(failure.code) == "ERR_FILE_FORMAT");
  CHECK(sink.frame_count() == 1);
}

TEST_CASE("stopping ends every wait, and no call comes after it") {
  SUBCASE("for a time") {
    PacedSource source = paced(0.01);
    RecordingSink sink(true);
    start(source, sink);
    REQUIRE(eventually([&] { return sink.frame_count() == 1; }));
    source.stop();
    CHECK(sink.frame_count() == 1);
  }
  SUBCASE("for a buffer") {
    PacedSource source = unpaced();
    RecordingSink sink(false);
    start(source, sink);
    REQUIRE(eventually([&] { return sink.frame_count() == LatestQueue::kUnpacedDepth; }));
    source.stop();
    sink.release(0);
    sink.release(1);
    test::settle();
    CHECK(sink.frame_count() == LatestQueue::kUnpacedDepth);
  }
  SUBCASE("for the last frame to come back") {
    PacedSource source = unpaced(1);
    RecordingSink sink(false);
    start(source, sink);
    REQUIRE(eventually([&] { return sink.frame_count() == 1; }));
    test::settle();
    source.stop();
    CHECK(sink.events().empty());
    sink.release(0);
  }
}

TEST_CASE("a source that was stopped begins again") {
  PacedSource source = unpaced();
  for (int turn = 0; turn < 3; ++turn) {
    RecordingSink sink(true);
    start(source, sink);
    REQUIRE(eventually([&] { return sink.frame_count() >= 2; }));
    source.stop();
    source.stop();
    CHECK(sink.frames()[0].sequence == 0);
  }
}

TEST_CASE("stopped a hundred times, quickly") {
  PacedSource live = paced(1000);
  PacedSource file = unpaced();
  for (int turn = 0; turn < 50; ++turn) {
    for (PacedSource* source : {&live, &file}) {
      RecordingSink sink(true);
      start(*source, sink);
      std::this_thread::sleep_for(std::chrono::microseconds(20 * turn));
      source->stop();
    }
  }
}

TEST_CASE("a source without controls says so") {
  PacedSource source = paced(30);
  Failure failure{};
  CHECK_FALSE(source.set_controls({{"ExposureTime", 1000.0}}, failure));
  CHECK(std::string(failure.code) == "ERR_CAMERA_CONFIG");
  CHECK(std::string(failure.message) == "clip.y4m has no controls");
}

}  // namespace
}  // namespace pcs
