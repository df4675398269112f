// The libcamera source with virtual cameras as they come.
#include <dirent.h>
#include <libcamera/camera_manager.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <thread>

#include "sources/libcamera/camera_list.h"
#include "sources/libcamera/camera_manager.h"
#include "support.h"

namespace pcs {
namespace {

// The columns by which the second picture's top row lies left of the first one's; the pattern moves by one a
// frame. -1: by none of 0 to 3.
int shift_between(const std::vector<uint8_t>& before, const std::vector<uint8_t>& now) {
  for (size_t shift = 0; shift < 4; ++shift)
    if (std::equal(before.begin() + long(shift), before.end(), now.begin())) return int(shift);
  return -1;
}

// Counts the frames that are not exactly one step after the one before.
class MotionOracle {
 public:
  void look(const RawFrame& frame) {
    const std::vector<uint8_t> row(frame.planes[0].data, frame.planes[0].data + frame.width);
    if (!previous_.empty() && shift_between(previous_, row) != 1) ++wrong_;
    previous_ = row;
  }
  unsigned wrong() const { return wrong_; }

 private:
  std::vector<uint8_t> previous_;
  unsigned wrong_ = 0;
};

// Frames for which there was no time, because this machine was late with the ones before.
uint64_t frames_delayed_away(const Consumer& consumer, double fps) {
  const auto& times = consumer.times_us();
  uint64_t away = 0;
  for (size_t i = 1; i < times.size(); ++i)
    away += uint64_t(std::max(1.0, std::round(double(times[i] - times[i - 1]) * fps / 1e6))) - 1;
  return away;
}

void two_cameras_keep_their_rate() {
  MotionOracle oracles[2];
  const CameraOptions options[2] = {camera_options("0", 640, 480), camera_options("1", 1280, 720)};
  std::unique_ptr<FrameSource> sources[2];
  std::unique_ptr<Consumer> consumers[2];
  for (int i = 0; i < 2; ++i) {
    sources[i] = open(options[i]);
    consumers[i] =
        std::make_unique<Consumer>([&oracle = oracles[i]](const RawFrame& frame) { oracle.look(frame); });
    const SourceInfo info = sources[i]->info();
    std::printf("    %s %ux%u %s %s\n", info.name, info.width, info.height, info.color_label,
                info.range == ColorRange::kFull ? "full" : "limited");
    check(info.width == options[i].width && info.height == options[i].height, "size %ux%u", info.width,
          info.height);
    check(info.layout == PixelLayout::kNv12 && info.live == 1 && info.fps == 30, "layout or fps");
  }
  for (int i = 0; i < 2; ++i) start(*sources[i], *consumers[i]);
  for (int i = 0; i < 2; ++i) check(consumers[i]->wait_for_frames(300), "300 frames do not come");
  for (int i = 0; i < 2; ++i) sources[i]->stop();
  for (int i = 0; i < 2; ++i) {
    const SourceInfo info = sources[i]->info();
    check_rate(info.name, *consumers[i], 30, 0.02);
    const SourceCounters counters = sources[i]->counters();
    check(oracles[i].wrong() == 0, "%u frames lost or repeated", oracles[i].wrong());
    check(counters.frames_lost <= frames_delayed_away(*consumers[i], 30) && counters.frames_failed == 0 &&
              counters.timestamps_missing == 0,
          "counters %lu %lu %lu", counters.frames_lost, counters.frames_failed, counters.timestamps_missing);
    const auto& sequences = consumers[i]->sequences();
    check(sequences.back() == sequences.size() - 1 + counters.frames_lost, "a gap in the sequence");
  }
  pass("two cameras deliver 300 frames each at 30 fps, none lost or repeated");
}

void other_rates_are_kept() {
  for (const double fps : {7.5, 59.0}) {
    auto source = open(camera_options("auto", 640, 480, fps));
    Consumer consumer(look_at_nothing);
    start(*source, consumer);
    consumer.wait_for_frames(size_t(fps * 3));
    source->stop();
    check_rate("camera", consumer, fps, 0.1);
  }
  const auto source = open(camera_options("auto", 640, 480, 500));
  check(std::abs(source->info().fps - 60) < 0.1, "%.2f fps promised", source->info().fps);
  pass("other frame rates are kept, and one that is too high is brought down to the camera's highest");
}

// Frames that are kept for long make it run out: it must count, not wait or die.
void frames_kept_too_long_are_counted_as_lost() {
  auto source = open(camera_options("auto", 640, 480));
  Consumer consumer(look_at_nothing, std::chrono::milliseconds(100));
  start(*source, consumer);
  check(consumer.wait_for_frames(20), "frames stop");
  source->stop();
  const uint64_t lost = source->counters().frames_lost;
  const auto& sequences = consumer.sequences();
  const uint64_t gaps = sequences.back() + 1 - sequences.size();
  check(lost > 20 && gaps > 20, "%lu lost, %lu missing in the sequence", lost, gaps);
  pass("frames for which there is no buffer are counted");
}

void a_source_starts_again() {
  auto source = open(camera_options("auto", 640, 480));
  for (int i = 0; i < 20; ++i) {
    Consumer consumer(look_at_nothing);
    start(*source, consumer);
    check(consumer.wait_for_frames(2), "no frames at start %d", i);
    source->stop();
    source->stop();
  }
  pass("a source stops and starts again");
}

size_t entries(const char* folder) {
  size_t count = 0;
  DIR* directory = opendir(folder);
  while (readdir(directory)) ++count;
  closedir(directory);
  return count;
}

void cycles_leave_nothing_behind() {
  size_t descriptors = 0, threads = 0;
  for (int i = 0; i < 100; ++i) {
    {
      auto first = open(camera_options("0", 640, 480));
      auto second = open(camera_options("1", 640, 480));
      Consumer consumer(look_at_nothing, std::chrono::milliseconds(0));
      start(*first, consumer);
      check(consumer.wait_for_frames(1), "no frame in cycle %d", i);
      if (i % 2) first->stop();
    }
    if (i == 0) {
      descriptors = entries("/proc/self/fd");
      threads = entries("/proc/self/task");
    }
  }
  // A thread that was joined is still listed while the kernel clears it away.
  for (int tries = 0; entries("/proc/self/task") > threads && tries < 100; ++tries)
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  std::printf("    file descriptors %zu, threads %zu after the first cycle; %zu, %zu after the last\n",
              descriptors, threads, entries("/proc/self/fd"), entries("/proc/self/task"));
  check(entries("/proc/self/fd") == descriptors && entries("/proc/self/task") == threads,
        "something is left behind");
  pass("100 times opened and closed, nothing is left behind");
}

void cameras_are_listed() {
  Failure failure{};
  const auto manager = take_camera_manager(ManagerUse::kList, "", failure);
  const auto cameras = describe_cameras(*manager);
  check(cameras.size() == 2, "%zu cameras", cameras.size());
  check(cameras[0].id == "/base/axi/pcie@120000/rp1/i2c@88000/imx708@1a" && cameras[0].index == 0, "order");
  check(cameras[1].location == "back" && cameras[1].index == 1 && cameras[0].model == "imx708", "properties");
  check(!cameras[0].formats.empty() && cameras[0].formats[0].pixel_format == "NV12", "formats");
  for (const auto& control : cameras[0].controls)
    std::printf("    %s (%s%s) %s\n", control.name.c_str(), control.type, control.array ? ", several" : "",
                control.enumerators.empty() ? "" : control.enumerators[0].second.c_str());
  check(cameras[0].controls.size() >= 2, "controls");
  pass("cameras are listed");
}

void wrong_requests_are_refused() {
  auto options = camera_options("2", 640, 480);
  check_failure(options, "ERR_CAMERA_NOT_FOUND", {"no camera 2", "i2c@80000", "i2c@88000"});
  options.camera = "/base/none";
  check_failure(options, "ERR_CAMERA_NOT_FOUND", {"/base/none"});
  options.camera = "auto";
  options.controls = {{"FaceDetectMod", 1.0}};
  check_failure(options, "ERR_CAMERA_CONFIG", {"no control FaceDetectMod", "did you mean FaceDetectMode"});
  options.controls = {{"FaceDetectMode", true}};
  check_failure(options, "ERR_CAMERA_CONFIG", {"true or false"});
  options.controls = {{"FaceDetectMode", 7.0}};
  check_failure(options, "ERR_CAMERA_CONFIG", {"FaceDetectModeOff (0)"});
  options.controls = {{"FaceDetectMode", 0.5}};
  check_failure(options, "ERR_CAMERA_CONFIG", {"FaceDetectModeOff (0)"});
  options.controls = {{"FaceDetectMode", std::string("FaceDetectModeFast")}};
  check_failure(options, "ERR_CAMERA_CONFIG", {"FaceDetectModeOff"});
  options.controls = {{"FaceDetectMode", std::vector<double>{0, 0}}};
  check_failure(options, "ERR_CAMERA_CONFIG", {"1 number"});
  options.controls = {{"FrameDurationLimits", std::vector<double>{1000, 1000}}};
  check_failure(options, "ERR_CAMERA_CONFIG", {"fps"});
  options.controls = {};
  options.tuning_file = "/nowhere.json";
  check_failure(options, "ERR_CAMERA_CONFIG", {"/nowhere.json"});
  options.tuning_file = "/dev/zero";  // as a pipe: libcamera would read for ever
  check_failure(options, "ERR_CAMERA_CONFIG", {"/dev/zero"});
  options.tuning_file.clear();
  {
    const auto source = open(options);
    check_failure(options, "ERR_CAMERA_BUSY", {"in use"});
    options.tuning_file = "/etc/hostname";
    check_failure(options, "ERR_CAMERA_CONFIG", {"libcamera runs"});
  }
  options.tuning_file.clear();
  options.controls = {{"FaceDetectMode", std::string("FaceDetectModeOff")}};
  open(options);
  options.width = 100;
  const auto adjusted = open(options)->info();
  check(adjusted.width == 1280 && adjusted.height == 720, "adjusted to %ux%u", adjusted.width,
        adjusted.height);
  pass("what a camera cannot do is refused with a reason");
}

// A simulated camera turns nothing, whatever it says.
void orientation_is_left_to_software() {
  for (const auto orientation : {Orientation::kNone, Orientation::kHorizontalFlip, Orientation::kVerticalFlip,
                                 Orientation::kRotate90, Orientation::kRotate180, Orientation::kRotate270}) {
    auto options = camera_options("auto", 640, 480);
    options.orientation = orientation;
    check(open(options)->info().pending_orientation == orientation, "orientation %u", unsigned(orientation));
  }
  pass("what a simulated camera does not turn is left to software");
}

}  // namespace

Cases camera_cases() {
  return {
      {"list", {cameras_are_listed}},
      {"rates",
       {two_cameras_keep_their_rate, other_rates_are_kept, frames_kept_too_long_are_counted_as_lost}},
      {"refusals", {wrong_requests_are_refused, orientation_is_left_to_software}},
      {"cycles", {a_source_starts_again, cycles_leave_nothing_behind}},
  };
}

}  // namespace pcs
