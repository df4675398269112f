#include "core/source_abi.h"

#include <doctest/doctest.h>

#include <cstring>
#include <memory>
#include <string>
#include <vector>

#include "fake_session_parts.h"
#include "recording_sink.h"

namespace pcs {
namespace {

TEST_CASE("a source that crosses the border answers as on this side") {
  test::SourceControl control;
  SourceAbi abi = export_source(std::make_unique<test::FakeSource>(control));
  CHECK(abi.version == kSourceAbiVersion);
  auto source = import_source(abi);

  const SourceInfo info = source->info();
  CHECK(info.width == 640);
  CHECK(info.live);
  CHECK(std::string(info.name) == "fake");
  const SourceCounters counters = source->counters();
  CHECK(counters.frames_lost == 11);
  CHECK(counters.frames_failed == 12);
  CHECK(counters.frames_startup == 13);
  CHECK(counters.timestamps_missing == 14);

  source->stop();
  CHECK(control.stopped);
  CHECK_FALSE(control.destroyed);
  source.reset();
  CHECK(control.destroyed);
}

TEST_CASE("frames and events cross the border, and releases come back") {
  test::SourceControl control;
  const auto source = import_source(export_source(std::make_unique<test::FakeSource>(control)));
  test::RecordingSink sink(false);
  Failure failure{};
  REQUIRE(source->start(sink, failure));
  control.emit(3);
  REQUIRE(sink.frame_count() == 1);
  const RawFrame received = sink.frames()[0];
  CHECK(received.sequence == 3);
  CHECK(received.capture_time_us == 3000);
  CHECK(received.width == 16);
  CHECK(received.sensor.analogue_gain == 1.5);
  make_readable(received);
  CHECK(control.frames.prepared(3) == 1);
  sink.release(0);
  CHECK(control.frames.releases(3) == 1);

  Failure reason{};
  reason.set("ERR_CAMERA_FAILED", "%d of them", 7);
  control.sink.load()->on_event(SourceEvent::kDisconnected, reason);
  REQUIRE(sink.events().size() == 1);
  CHECK(sink.events()[0].first == SourceEvent::kDisconnected);
  CHECK(std::string(sink.events()[0].second.message) == "7 of them");
}

TEST_CASE("why a source does not start crosses the border") {
  test::SourceControl control;
  control.fails_to_start = true;
  const auto source = import_source(export_source(std::make_unique<test::FakeSource>(control)));
  test::RecordingSink sink(false);
  Failure failure{};
  CHECK_FALSE(source->start(sink, failure));
  CHECK(std::string(failure.code) == "ERR_CAMERA_BUSY");
  CHECK(std::string(failure.message) == "somebody else has it");
}

TEST_CASE("controls of every kind cross the border") {
  test::SourceControl control;
  const auto source = import_source(export_source(std::make_unique<test::FakeSource>(control)));
  const std::vector<ControlSetting> settings = {
      {"AeEnable", false},
      {"AwbEnable", true},
      {"AnalogueGain", 2.5},
      {"AfMode", std::string("AfModeContinuous")},
      {"ColourGains", std::vector<double>{1.5, 2}},
      {"AfWindows", std::vector<double>{}},
  };
  Failure failure{};
  CHECK(source->set_controls(settings, failure));
  REQUIRE(control.controls.size() == settings.size());
  for (size_t i = 0; i < settings.size(); ++i) {
    CHECK(control.controls[i].name == settings[i].name);
    CHECK(control.controls[i].value == settings[i].value);
  }
}

TEST_CASE("why a control is refused crosses the border") {
  test::SourceControl control;
  const auto source = import_source(export_source(std::make_unique<test::FakeSource>(control)));
  Failure failure{};
  CHECK_FALSE(source->set_controls({{"good", true}, {"bad", true}}, failure));
  CHECK(std::string(failure.code) == "ERR_CAMERA_CONFIG");
  CHECK(std::string(failure.message) == "the camera has no control bad");
  CHECK(control.controls.empty());
}

TEST_CASE("a message that is too long is cut, not overflown") {
  Failure failure{};
  failure.set("ERR_CAMERA_FAILED", "%s", std::string(2000, 'x').c_str());
  CHECK(std::strlen(failure.message) == sizeof failure.message - 1);
}

}  // namespace
}  // namespace pcs
