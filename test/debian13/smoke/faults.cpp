// Cameras like a Raspberry Pi's, and cameras that fail, by the interposing library.
#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "../photo.h"
#include "support.h"

namespace pcs {
namespace {

double mean_error(const Plane& plane, const std::vector<uint8_t>& wanted, int width, int height) {
  double sum = 0;
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x)
      sum += std::abs(int(plane.data[y * int(plane.stride) + x]) - int(wanted[size_t(y * width + x)]));
  return sum / width / height;
}

void pi_like_camera_delivers_the_photo() {
  const Photo photo = Photo::load(getenv("PI_LIKE_PHOTO"), 642, 482);
  auto source = open(camera_options("0", 642, 482));
  const SourceInfo info = source->info();
  check(info.width == 642 && info.height == 482 && info.layout == PixelLayout::kI420, "%ux%u", info.width,
        info.height);
  check(info.range == ColorRange::kFull && strcmp(info.color_label, "sYCC") == 0, "colour %s",
        info.color_label);
  std::atomic<double> worst = 0;
  Consumer consumer([&](const RawFrame& frame) {
    check(frame.planes[0].stride == 704 && frame.planes[1].stride == 352, "stride %u",
          frame.planes[0].stride);
    const double errors[] = {
        mean_error(frame.planes[0], photo.y, photo.width, photo.height),
        mean_error(frame.planes[1], photo.u, photo.chroma_width(), photo.chroma_height()),
        mean_error(frame.planes[2], photo.v, photo.chroma_width(), photo.chroma_height())};
    worst = std::max({worst.load(), errors[0], errors[1], errors[2]});
    check(frame.sensor.exposure_time_us == 8000 && frame.sensor.sensor_temperature_c == 41 &&
              std::isnan(frame.sensor.lens_position_dioptres),
          "metadata");
  });
  start(*source, consumer);
  check(consumer.wait_for_frames(60), "no frames");
  source->stop();
  check_rate("pi-like camera", consumer, 30, 0.1);
  std::printf("    mean error %.3f levels at worst\n", worst.load());
  check(worst == 0, "wrong pixels");
  pass("a camera like a Pi's, stride 704 at 642 pixels, shows its photograph exactly");
}

// Exposure and gain of the last frame that was looked at.
struct LastExposure {
  std::atomic<double> time_us = 0;
  std::atomic<double> gain = 0;

  void look(const RawFrame& frame) {
    time_us = frame.sensor.exposure_time_us;
    gain = frame.sensor.analogue_gain;
  }
};

// Frames whose requests were queued before the call come first; there are six at most.
constexpr size_t kFramesUntilControls = 8;

void controls_change_while_a_camera_runs() {
  auto source = open(camera_options("0", 642, 482));
  LastExposure last;
  Failure failure{};
  const auto set = [&](const std::vector<ControlSetting>& settings) {
    return source->set_controls(settings, failure);
  };
  const auto run_and_check = [&](const char* when, double time_us, double gain, auto act) {
    Consumer consumer([&](const RawFrame& frame) { last.look(frame); });
    start(*source, consumer);
    check(consumer.wait_for_frames(2), "no frames");
    act();
    check(consumer.wait_for_frames(consumer.frame_count() + kFramesUntilControls), "no frames");
    source->stop();
    check(last.time_us == time_us && last.gain == gain, "%s: %.0f us, gain %.1f", when, last.time_us.load(),
          last.gain.load());
  };

  check(set({{"ExposureTime", 500.0}}), "%s", failure.message);
  run_and_check("set before the start", 500, 2.5, [] {});
  run_and_check("set while it runs", 1000, 4, [&] {
    check(set({{"ExposureTime", 900.0}, {"AnalogueGain", 4.0}}), "%s", failure.message);
    check(set({{"ExposureTime", 1000.0}}), "%s", failure.message);
  });
  run_and_check("started again", 1000, 4, [] {});
  run_and_check("refused", 1000, 4, [&] {
    check(!set({{"AnalogueGain", 8.0}, {"ExposureTime", 1.5}}), "a wrong control is taken");
    check(strcmp(failure.code, "ERR_CAMERA_CONFIG") == 0 && strstr(failure.message, "number") != nullptr,
          "%s %s", failure.code, failure.message);
    check(!set({{"AnalogueGain", 8.0}, {"FrameDurationLimits", std::vector<double>{1000, 1000}}}),
          "the frame rate is taken");
  });
  pass("controls change while a camera runs, all of them or none");
}

// The driver's frame rate is in PI_LIKE_DEVICE. Its buffers are used, and all of them, so that it can pace
// itself.
void camera_on_a_device_paces_itself_unless_it_is_too_fast() {
  const double device_fps = std::stod(getenv("PI_LIKE_DEVICE"));
  auto options = camera_options("0", 640, 480);
  options.orientation = Orientation::kRotate180;
  auto source = open(options);
  check(source->info().pending_orientation == Orientation::kNone, "the device is taken to turn the picture");
  Consumer consumer(look_at_nothing);
  start(*source, consumer);
  check(consumer.wait_for_frames(200), "no frames");
  source->stop();
  const auto& times = consumer.times_us();
  const double fps = 1e6 * 60 / double(times[199] - times[139]);
  std::printf("    %.3f fps at the end, %.3f at the beginning, of a device at %.3f\n", fps,
              1e6 * 60 / double(times[60] - times[0]), device_fps);
  check(std::abs(fps / std::min(device_fps, 30.0) - 1) < 0.1, "%.2f fps", fps);
  check(source->counters().frames_lost == 0, "%lu lost", source->counters().frames_lost);
  pass("a device at " + std::to_string(int(device_fps)) + " fps, asked for 30");
}

// The faults that are on, for camera 0; empty for none. Waits until the interposing library has seen it.
void set_fault(const std::string& kind) {
  const std::string file = getenv("CAMERA_FAULTS_FILE"), next = file + ".new";
  std::ofstream(next) << (kind.empty() ? "" : kind + " i2c@88000\n");
  std::rename(next.c_str(), file.c_str());
  std::this_thread::sleep_for(std::chrono::milliseconds(200));
}

// The caller names the fault.
void failure_is_told_and_start_helps() {
  const std::string fault = getenv("CAMERA_FAULT");
  const bool is_told = fault == "cancel" || fault == "unplug";
  auto faulty = open(camera_options("0", 640, 480));
  auto healthy = open(camera_options("1", 640, 480));
  Consumer consumer(look_at_nothing), other(look_at_nothing);
  start(*faulty, consumer);
  start(*healthy, other);
  check(consumer.wait_for_frames(20), "no frames");
  set_fault(fault);
  const size_t before = consumer.frame_count();
  check(other.wait_for_frames(60), "the healthy camera stops");
  if (fault == "cancel") check(consumer.wait_for_event(SourceEvent::kFailed), "no event");
  if (fault == "unplug") check(consumer.wait_for_event(SourceEvent::kDisconnected), "no event");
  using Clock = std::chrono::steady_clock;
  const auto begin = Clock::now();
  faulty->stop();
  const double took_ms = std::chrono::duration<double, std::milli>(Clock::now() - begin).count();
  std::printf("    %zu frames, %zu events, last %s %s; stop took %.1f ms\n", consumer.frame_count(),
              consumer.events().size(), consumer.failure().code, consumer.failure().message, took_ms);
  check(took_ms < 500, "stop took %.0f ms", took_ms);
  check(consumer.events().size() == (is_told ? 1U : 0U), "events");
  if (fault == "error") check(faulty->counters().frames_failed > 20, "failed frames are not counted");
  check(consumer.frame_count() <= before + 1, "frames after the fault");
  set_fault("");
  Failure failure{};
  Consumer again(look_at_nothing);
  const bool started = faulty->start(again, failure);
  if (fault == "unplug") {
    check(!started && strcmp(failure.code, "ERR_CAMERA_DISCONNECTED") == 0, "%s", failure.code);
    faulty.reset();
    faulty = open(camera_options("0", 640, 480));
    start(*faulty, again);
  } else {
    check(started, "%s", failure.message);
  }
  check(again.wait_for_frames(20, std::chrono::seconds(3)), "no frames after the restart");
  faulty->stop();
  check(other.wait_for_frames(90, std::chrono::seconds(10)), "the healthy camera stops");
  healthy->stop();
  check_rate("healthy camera", other, 30, 0.1);
  pass("fault " + fault);
}

void busy_camera_is_told() {
  check_failure(camera_options("0", 640, 480), "ERR_CAMERA_BUSY", {"in use", "i2c@88000"});
  open(camera_options("1", 640, 480));
  pass("a camera that is in use");
}

// exit() while cameras run, as process.exit() does.
[[noreturn]] void exit_while_running() {
  static auto* source = open(camera_options("0", 640, 480)).release();
  static auto* consumer = new Consumer(look_at_nothing);
  start(*source, *consumer);
  consumer->wait_for_frames(10);
  pass("exit while a camera runs");
  std::exit(0);
}

}  // namespace

Cases fault_cases() {
  return {
      {"pi-like", {pi_like_camera_delivers_the_photo, controls_change_while_a_camera_runs}},
      {"device", {camera_on_a_device_paces_itself_unless_it_is_too_fast}},
      {"fault", {failure_is_told_and_start_helps}},
      {"busy", {busy_camera_is_told}},
      {"exit", {exit_while_running}},
  };
}

}  // namespace pcs
