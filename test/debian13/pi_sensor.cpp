#include "pi_sensor.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "pi_like.h"

namespace {

using libcamera::Camera;
using libcamera::ControlInfo;
using libcamera::ControlInfoMap;
using libcamera::ControlList;
using libcamera::ControlValue;
using libcamera::PixelFormat;
using libcamera::Size;
namespace controls = libcamera::controls;
namespace formats = libcamera::formats;

constexpr int64_t kMaxFrameDurationUs = 10'000'000;

// A control of Raspberry Pi's own, which Debian's libcamera for other machines leaves out. The number is one
// of theirs.
const std::map<std::string, int32_t> kSyncModes{
    {"SyncModeOff", 0}, {"SyncModeServer", 1}, {"SyncModeClient", 2}};
const libcamera::Control<int32_t> kSyncMode(20'009, "SyncMode", "rpi", libcamera::ControlId::Direction::In,
                                            kSyncModes);
const libcamera::ControlIdMap kControlIds = [] {
  libcamera::ControlIdMap ids = controls::controls;
  ids.emplace(kSyncMode.id(), &kSyncMode);
  return ids;
}();

// As `rpicam-hello --list-cameras` shows these sensors: the smallest mode first, and of two depths the
// greater. The other one may be faster.
const std::map<std::string, std::vector<SensorMode>> kSensors{
    {"imx708",
     {{{1536, 864}, {3072, 1728}, 10, 120.13, 1.12f},
      {{2304, 1296}, {4608, 2592}, 10, 56.03, 1.12f},
      {{4608, 2592}, {4608, 2592}, 10, 14.35, 1.0f}}},
    {"imx219",
     {{{640, 480}, {1280, 960}, 10, 206.65, 1.0f},
      {{640, 480}, {1280, 960}, 8, 206.65, 1.0f},
      {{1640, 1232}, {3280, 2464}, 10, 41.85, 1.0f},
      {{1640, 1232}, {3280, 2464}, 8, 83.70, 1.0f},
      {{1920, 1080}, {1920, 1080}, 10, 47.57, 1.0f},
      {{1920, 1080}, {1920, 1080}, 8, 47.57, 1.0f},
      {{3280, 2464}, {3280, 2464}, 10, 21.19, 1.0f},
      {{3280, 2464}, {3280, 2464}, 8, 21.19, 1.0f}}},
};

const std::vector<SensorMode>& modes() {
  static const std::vector<SensorMode>& named = kSensors.at(setting("PI_LIKE_SENSOR"));
  return named;
}

PixelFormat raw_format(unsigned bit_depth) {
  return bit_depth == 8 ? formats::SRGGB8 : formats::SRGGB10_CSI2P;
}

int64_t min_frame_duration_us(const SensorMode& mode) {
  return static_cast<int64_t>(std::ceil(1e6 / mode.max_fps));
}

// What a camera's sensor is set to until it is told otherwise.
struct Sensor {
  const SensorMode* mode = nullptr;  // null: not configured yet
  int32_t exposure_us = 8000;
  float gain = 2.5f;
  int64_t frame_duration_us = 33'333;
  int frames = 0;  // since the start

  void update(const ControlList& list) {
    exposure_us = list.get(controls::ExposureTime).value_or(exposure_us);
    gain = list.get(controls::AnalogueGain).value_or(gain);
    if (const auto limits_us = list.get(controls::FrameDurationLimits)) frame_duration_us = (*limits_us)[0];
  }
  int64_t kept_frame_duration_us() const {
    return std::clamp(frame_duration_us, mode ? min_frame_duration_us(*mode) : 1, kMaxFrameDurationUs);
  }
};

std::mutex mutex;  // guards what follows: cameras fill frames on threads of their own
std::map<const Camera*, Sensor> sensors;
std::map<const SensorMode*, ControlInfoMap> control_maps;  // libcamera's callers keep references to them

// A line for each control that reaches a camera: the camera's id, the control and its value.
void write_down(const Camera* camera, const ControlList& list) {
  static const std::string file = setting("PI_LIKE_CONTROLS_LOG");
  if (file.empty()) return;
  std::ofstream log(file, std::ios::app);
  for (const auto& [id, value] : list)
    log << camera->id() << ' ' << kControlIds.at(id)->name() << ' ' << value.toString() << '\n';
}

ControlInfoMap sensor_controls(const SensorMode* mode, const ControlInfoMap& genuine) {
  // The algorithms of 0.7 list no server, and take one all the same. Matrices they take whole.
  static const std::array<ControlValue, 2> kListed{ControlValue(kSyncModes.at("SyncModeOff")),
                                                   ControlValue(kSyncModes.at("SyncModeClient"))};
  ControlInfoMap::Map map(genuine.begin(), genuine.end());
  map.emplace(&kSyncMode, ControlInfo(libcamera::Span<const ControlValue>(kListed)));
  map.emplace(&controls::ColourCorrectionMatrix, ControlInfo(0.0f, 8.0f));
  map.emplace(&controls::AnalogueGain, ControlInfo(mode ? mode->min_gain : 1.0f, 16.0f));
  if (!mode) {
    map.emplace(&controls::ExposureTime, ControlInfo(int32_t{1}, int32_t{66666}));
  } else {
    // From one row of the sensor to the longest frame.
    const auto row_us = static_cast<int32_t>(std::ceil(1e6 / mode->max_fps / mode->size.height));
    map.emplace(&controls::ExposureTime, ControlInfo(row_us, int32_t{kMaxFrameDurationUs}));
    map.insert_or_assign(&controls::FrameDurationLimits,
                         ControlInfo(min_frame_duration_us(*mode), kMaxFrameDurationUs));
  }
  return ControlInfoMap(std::move(map), kControlIds);
}

}  // namespace

libcamera::StreamFormats raw_formats() {
  std::map<PixelFormat, std::vector<libcamera::SizeRange>> sizes;
  for (const SensorMode& mode : modes()) sizes[raw_format(mode.bit_depth)].emplace_back(mode.size);
  return libcamera::StreamFormats(sizes);
}

const SensorMode* mode_for(const libcamera::CameraConfiguration& configuration) {
  const auto& asked = configuration.sensorConfig;
  const Size size = configuration.at(0).size;
  const auto fits = [&](const SensorMode& mode) {
    if (asked) return mode.size == asked->outputSize && mode.bit_depth == asked->bitDepth;
    return mode.size.width >= size.width && mode.size.height >= size.height;
  };
  const auto found = std::find_if(modes().begin(), modes().end(), fits);
  if (found != modes().end()) return &*found;
  return asked ? nullptr : &modes().back();
}

void set_mode(const Camera* camera, const SensorMode* mode) {
  const std::lock_guard lock(mutex);
  sensors[camera].mode = mode;
}

std::chrono::nanoseconds frame_duration(const Camera* camera) {
  if (!has_sensor())
    return std::chrono::nanoseconds(static_cast<int64_t>(1e9 / std::stod(setting("PI_LIKE_DEVICE"))));
  const std::lock_guard lock(mutex);
  return std::chrono::microseconds(sensors[camera].kept_frame_duration_us());
}

int count_frame(const Camera* camera) {
  const std::lock_guard lock(mutex);
  return sensors[camera].frames++;
}

void start_sensor(const Camera* camera, const ControlList* list) {
  {
    const std::lock_guard lock(mutex);
    Sensor& sensor = sensors[camera];
    sensor = {.mode = sensor.mode};
  }
  if (list) tell_sensor(camera, *list);
}

void tell_sensor(const Camera* camera, const ControlList& list) {
  write_down(camera, list);
  const std::lock_guard lock(mutex);
  sensors[camera].update(list);
}

void describe_frame(const Camera* camera, ControlList& metadata) {
  const std::lock_guard lock(mutex);
  const Sensor& sensor = sensors[camera];
  if (has_sensor()) metadata.set(controls::FrameDuration, sensor.kept_frame_duration_us());
  metadata.set(controls::ExposureTime, sensor.exposure_us);
  metadata.set(controls::AnalogueGain, sensor.gain);
  metadata.set(controls::DigitalGain, 1.0f);
  metadata.set(controls::ColourTemperature, 5200);
  metadata.set(controls::SensorTemperature, 41.0f);
  metadata.set(controls::Lux, 310.0f);
}

const ControlInfoMap& with_sensor_controls(const Camera* camera, const ControlInfoMap& genuine) {
  const std::lock_guard lock(mutex);
  const SensorMode* const mode = sensors[camera].mode;
  const auto made = control_maps.find(mode);
  if (made != control_maps.end()) return made->second;
  return control_maps.emplace(mode, sensor_controls(mode, genuine)).first->second;
}
