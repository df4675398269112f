// The parts of the libcamera source that need no camera.
#include <libcamera/control_ids.h>

#include <algorithm>
#include <cmath>
#include <cstring>

#include "sources/libcamera/camera_list.h"
#include "sources/libcamera/capture_clock.h"
#include "sources/libcamera/control_traits.h"
#include "sources/libcamera/control_values.h"
#include "sources/libcamera/fps_grid.h"
#include "sources/libcamera/loss_watch.h"
#include "sources/libcamera/orientation.h"
#include "support.h"

namespace pcs {
namespace {

constexpr int64_t kSecond = 1'000'000'000;

void capture_times_grow() {
  constexpr int64_t kFrameNs = 33'333'000, kLatencyNs = 20'000'000;
  CaptureTimes times;
  // Each frame completes after the latency, whatever its sensor says.
  const auto frame = [&](int64_t number, int64_t sensor_ns) {
    const int64_t now_ns = 100 * kSecond + number * kFrameNs + kLatencyNs;
    return times.next(sensor_ns, {now_ns, now_ns});
  };
  const auto wanted = [&](int64_t number) { return (100 * kSecond + number * kFrameNs) / 1000; };
  check(frame(0, 100 * kSecond) == wanted(0) && times.reckoned() == 0, "a true time");
  check(frame(1, 0) == wanted(1) && times.reckoned() == 1, "no time");
  check(frame(2, 99 * kSecond) == wanted(2) && times.reckoned() == 2, "a time that runs back");
  check(frame(3, 3700 * kSecond) == wanted(3) && times.reckoned() == 3, "a time of the future");
  check(frame(4, 100 * kSecond + 4 * kFrameNs) == wanted(4) && times.reckoned() == 3, "true again");
  check(frame(4, 0) == wanted(4) + 1, "two at a time");
  pass("capture times grow, and keep their distances where a sensor gives none");
}

void clock_is_recognised() {
  const ClockReading awake{100 * kSecond, 100 * kSecond};
  check(capture_time_us(99 * kSecond, awake) == 99'000'000, "one clock");
  const ClockReading slept{100 * kSecond, 5000 * kSecond};
  check(capture_time_us(99 * kSecond, slept) == 99'000'000, "monotonic");
  check(capture_time_us(4999 * kSecond, slept) == 99'000'000, "boottime");
  check(!capture_time_us(0, slept) && !capture_time_us(-1, slept), "no timestamp");
  check(!capture_time_us(6000 * kSecond, slept) && !capture_time_us(2000 * kSecond, slept), "another clock");
  pass("the clock of a timestamp is recognised");
}

void only_a_fast_camera_is_paced() {
  const auto is_too_fast = [](auto time_of_frame) {
    RateWatch watch(30);
    for (int i = 0; i < 1000; ++i)
      if (watch.is_too_fast(time_of_frame(i))) return true;
    return false;
  };
  check(!is_too_fast([](int i) { return int64_t{i} * 33333; }), "exact");
  check(!is_too_fast([](int i) { return int64_t{i} * 31000; }), "7 % fast");
  check(is_too_fast([](int i) { return int64_t{i} * 29000; }), "15 % fast");
  check(is_too_fast([](int i) { return int64_t{i} * 2000; }), "as fast as it can");
  // Held up for 200 ms at frame 500, six frames come at once, and it goes on as before.
  const auto held_up = [](int i) { return int64_t{i < 500 || i >= 506 ? i : 506} * 33333; };
  check(!is_too_fast(held_up), "held up");
  pass("a camera that keeps its rate is left alone, a fast one is not");
}

void losses_are_noticed() {
  LossWatch by_sequence;
  check(by_sequence.lost_before(7, 0, {}) == 0, "the first frame");
  check(by_sequence.lost_before(8, 33'000, {}) == 0 && by_sequence.lost_before(11, 133'000, {}) == 2,
        "two missing");
  by_sequence.on_unusable_frame();
  check(by_sequence.lost_before(13, 200'000, {}) == 0, "a failed frame is not missing");
  check(by_sequence.lost_before(3, 233'000, {}) == 0, "numbers that begin anew");
  LossWatch by_time;
  by_time.lost_before(0, 0, 33'333);
  check(by_time.lost_before(1, 33'400, 33'333) == 0 && by_time.lost_before(2, 133'300, 33'333) == 2,
        "by time");
  pass("missing frames are noticed by number and by time");
}

void orientation_is_shared_out() {
  using enum libcamera::Orientation;
  check(orientation_to_ask(Orientation::kVerticalFlip) == Rotate180Mirror, "vertical flip");
  check(orientation_to_ask(Orientation::kRotate90) == Rotate0, "a quarter turn is not asked for");
  for (const auto wanted : {Orientation::kNone, Orientation::kHorizontalFlip, Orientation::kVerticalFlip,
                            Orientation::kRotate180})
    check(pending_orientation(wanted, orientation_to_ask(wanted)) == Orientation::kNone,
          "done by the camera");
  check(pending_orientation(Orientation::kVerticalFlip, Rotate0) == Orientation::kVerticalFlip, "not done");
  check(pending_orientation(Orientation::kNone, Rotate180) == Orientation::kRotate180, "mounted upside down");
  check(pending_orientation(Orientation::kHorizontalFlip, Rotate180) == Orientation::kVerticalFlip, "both");
  check(pending_orientation(Orientation::kRotate90, Rotate180) == Orientation::kRotate270, "both, turned");
  check(pending_orientation(Orientation::kRotate90, Rotate0) == Orientation::kRotate90, "turned");
  check(pending_orientation(Orientation::kHorizontalFlip, Rotate90) == Orientation::kHorizontalFlip,
        "sideways");
  pass("what the camera does not turn is left to software");
}

using libcamera::ControlInfo;
using libcamera::ControlInfoMap;
namespace controls = libcamera::controls;

// As a Raspberry Pi's camera has them.
ControlInfoMap pi_controls() {
  ControlInfoMap::Map map;
  map.emplace(&controls::AeEnable, ControlInfo(false, true));
  map.emplace(&controls::ExposureTime, ControlInfo(int32_t{1}, int32_t{66666}));
  map.emplace(&controls::AnalogueGain, ControlInfo(1.12f, 16.0f));
  map.emplace(&controls::ColourGains, ControlInfo(0.0f, 32.0f));
  map.emplace(&controls::ColourCorrectionMatrix, ControlInfo(0.0f, 8.0f));
  map.emplace(&controls::AfMode, ControlInfo(controls::AfModeValues));
  // It lists two of three enumerators. SyncMode's list leaves the server out in the same way.
  map.emplace(&controls::AeConstraintMode,
              ControlInfo(std::vector<libcamera::ControlValue>{
                  libcamera::ControlValue(static_cast<int32_t>(controls::ConstraintNormal)),
                  libcamera::ControlValue(static_cast<int32_t>(controls::ConstraintShadows))}));
  map.emplace(&controls::ScalerCrop,
              ControlInfo(libcamera::Rectangle{}, libcamera::Rectangle(0, 0, 4608, 2592)));
  map.emplace(&controls::AfWindows,
              ControlInfo(libcamera::Rectangle{}, libcamera::Rectangle(0, 0, 4608, 2592)));
  return ControlInfoMap(std::move(map), controls::controls);
}

void controls_are_set_by_name() {
  const ControlInfoMap available = pi_controls();
  libcamera::ControlList list(available.idmap());
  Failure failure{};
  Notes notes;
  const std::vector<double> matrix{1.8, -0.6, -0.2, -0.3, 1.6, -0.3, 0, -0.6, 1.6};
  const std::vector<ControlSetting> settings = {
      {"AeEnable", false},
      {"ExposureTime", 8000.0},
      {"AnalogueGain", 2.5},
      {"ColourGains", std::vector<double>{1.5, 2}},
      {"AfMode", std::string("AfModeContinuous")},
      {"ScalerCrop", std::vector<double>{10, 20, 640, 480}},
      {"AfWindows", std::vector<double>{1, 2, 3, 4, 5, 6, 7, 8}},
      {"ColourCorrectionMatrix", matrix},
      {"AeConstraintMode", std::string("ConstraintHighlight")},
  };
  check(add_controls(available, settings, list, notes, failure), "%s", failure.message);
  check(notes.empty(), "there is something to note");
  check(list.get(controls::AeConstraintMode) == controls::ConstraintHighlight, "by name, and not listed");
  check((*list.get(controls::ColourCorrectionMatrix))[1] == -0.6f, "a matrix with negative entries");
  check(list.get(controls::AeEnable) == false && list.get(controls::ExposureTime) == 8000,
        "boolean, integer");
  check(list.get(controls::AnalogueGain) == 2.5f && list.get(controls::AfMode) == controls::AfModeContinuous,
        "float");
  const auto gains = *list.get(controls::ColourGains);
  check(gains[0] == 1.5f && gains[1] == 2.0f, "array");
  check(list.get(controls::ScalerCrop) == libcamera::Rectangle(10, 20, 640, 480), "rectangle");
  const auto windows = *list.get(controls::AfWindows);
  check(windows.size() == 2 && windows[1] == libcamera::Rectangle(5, 6, 7, 8), "array of rectangles");
  pass("controls of every type are set by name");
}

void exposures_and_gains_are_brought_within_their_limits() {
  const ControlInfoMap available = pi_controls();
  libcamera::ControlList list(available.idmap());
  Failure failure{};
  Notes notes;
  const std::vector<ControlSetting> settings = {{"ExposureTime", 0.0},
                                                {"AnalogueGain", 1.0},
                                                {"AeConstraintMode", double(controls::ConstraintHighlight)}};
  check(add_controls(available, settings, list, notes, failure), "%s", failure.message);
  check(list.get(controls::ExposureTime) == 1 && list.get(controls::AnalogueGain) == 1.12f, "limits");
  check(list.get(controls::AeConstraintMode) == controls::ConstraintHighlight, "by number, and not listed");
  check(notes == Notes{"ExposureTime is 1 instead of 0: here it goes from 1 to 66666",
                       "AnalogueGain is 1.12 instead of 1: here it goes from 1.12 to 16"},
        "notes");
  Notes of_long;
  check(add_controls(available, {{"ExposureTime", 1e6}}, list, of_long, failure), "%s", failure.message);
  check(of_long == Notes{"ExposureTime is 66666 instead of 1000000: here it goes from 1 to 66666"},
        "a second is a number of microseconds");
  pass("exposures and gains that the mode does not have are brought within its limits, and that is noted");
}

void cameras_are_in_the_order_of_rpicam() {
  const std::vector<std::vector<std::string>> boards = {
      // A Raspberry Pi 5: CAM/DISP 0, then CAM/DISP 1.
      {"/base/axi/pcie@1000120000/rp1/i2c@88000/imx708@1a",
       "/base/axi/pcie@1000120000/rp1/i2c@80000/imx708@1a"},
      // A Pi 4 has one; a Compute Module 4: CAM1, then CAM0.
      {"/base/soc/i2c0mux/i2c@1/imx219@10", "/base/soc/i2c0mux/i2c@0/imx219@10"},
      // A Compute Module 5 names them as a Pi 5.
      {"/base/axi/pcie@1000120000/rp1/i2c@88000/ov5647@36",
       "/base/axi/pcie@1000120000/rp1/i2c@80000/ov5647@36"},
  };
  for (const auto& ids : boards) {
    std::vector<std::string> sorted(ids.rbegin(), ids.rend());
    std::sort(sorted.begin(), sorted.end(), comes_before);
    check(sorted == ids, "%s comes first", sorted[0].c_str());
  }
  pass("cameras are in the order of rpicam");
}

void wrong_controls_are_refused() {
  const ControlInfoMap available = pi_controls();
  const std::vector<std::pair<ControlSetting, const char*>> wrong = {
      {{"ExposureTimes", 1.0}, "did you mean ExposureTime?"},
      {{"AeEnable", 1.0}, "takes true or false"},
      {{"ExposureTime", true}, "does not take true or false"},
      {{"ExposureTime", 1.5}, "does not take this number"},
      {{"AnalogueGain", std::nan("")}, "does not take this number"},
      {{"FrameDurationLimits", 1.0}, "set by fps"},
      {{"ExposureTime", std::string("long")}, "takes numbers"},
      {{"AeConstraintMode", 77.0}, "ConstraintHighlight (1)"},
      {{"ColourGains", 1.5}, "takes 2 numbers"},
      {{"ColourCorrectionMatrix", std::vector<double>(9, 1e300)}, "does not take this number"},
      {{"ColourGains", std::vector<double>{1, 33}}, "out of its range"},
      {{"AfMode", std::string("Continuous")}, "AfModeContinuous"},
      {{"AfMode", 9.0}, "AfModeContinuous (2)"},
      {{"ScalerCrop", std::vector<double>{0, 0, 640}}, "takes 4 numbers"},
      {{"ScalerCrop", std::vector<double>{0, 0, -1, 480}}, "does not take this number"},
      {{"AfWindows", std::vector<double>{}}, "takes 4 numbers for each element"},
  };
  for (const auto& [setting, reason] : wrong) {
    libcamera::ControlList list(available.idmap());
    Failure failure{};
    Notes notes;
    check(!add_controls(available, {setting}, list, notes, failure), "%s is accepted", setting.name.c_str());
    check(strcmp(failure.code, "ERR_CAMERA_CONFIG") == 0, "%s", failure.code);
    check(strstr(failure.message, reason) != nullptr, "'%s' is not in: %s", reason, failure.message);
  }
  pass("controls that a camera lacks, and wrong values, are refused with the reason");
}

void controls_are_described() {
  const auto descriptions = describe_controls(pi_controls());
  check(descriptions.size() == 9 && descriptions[0].name == "AeConstraintMode", "order");
  check(descriptions[2].name == "AfMode" && descriptions[2].enumerators.size() == 3, "enumerators");
  check(descriptions[4].maximum == ControlNumbers{16}, "range");
  check(strcmp(descriptions[8].type, "rectangle") == 0 && descriptions[8].maximum.size() == 4, "rectangle");
  pass("controls are described");
}

}  // namespace

Cases unit_cases() {
  return {{"units",
           {clock_is_recognised, capture_times_grow, only_a_fast_camera_is_paced, losses_are_noticed,
            orientation_is_shared_out, controls_are_set_by_name,
            exposures_and_gains_are_brought_within_their_limits, cameras_are_in_the_order_of_rpicam,
            wrong_controls_are_refused, controls_are_described}}};
}

}  // namespace pcs
