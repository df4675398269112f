#include "sources/libcamera/camera_list.h"

#include <libcamera/property_ids.h>
#include <libcamera/stream.h>

#include <algorithm>
#include <charconv>
#include <cstdio>

namespace pcs {
namespace {

using libcamera::Camera;
using Cameras = std::vector<std::shared_ptr<Camera>>;

Cameras sorted_cameras(const libcamera::CameraManager& manager) {
  Cameras cameras = manager.cameras();
  std::sort(cameras.begin(), cameras.end(),
            [](const auto& a, const auto& b) { return comes_before(a->id(), b->id()); });
  return cameras;
}

bool is_usb(const Camera& camera) {
  return camera.id().find("/usb") != std::string::npos;
}

// "auto" is 0. None when the selector is no number.
std::optional<size_t> parse_index(const std::string& selector) {
  if (selector == "auto") return 0;
  size_t index = 0;
  const char* end = selector.data() + selector.size();
  const auto [stopped, error] = std::from_chars(selector.data(), end, index);
  if (error != std::errc{} || stopped != end) return std::nullopt;
  return index;
}

void set_not_found(const Cameras& cameras, const std::string& selector, Failure& failure) {
  if (cameras.empty()) {
    failure.set(
        "ERR_CAMERA_NOT_FOUND",
        "there is no camera %s: libcamera sees none at all; check the cable and that this user may open "
        "/dev/media* and /dev/video*",
        selector.c_str());
    return;
  }
  std::string ids;
  for (const auto& camera : cameras) ids += (ids.empty() ? "" : ", ") + camera->id();
  failure.set("ERR_CAMERA_NOT_FOUND", "there is no camera %s; there are: %s", selector.c_str(), ids.c_str());
}

std::string location_name(const libcamera::ControlList& properties) {
  const auto location = properties.get(libcamera::properties::Location);
  if (!location) return "";
  switch (*location) {
    case libcamera::properties::CameraLocationFront:
      return "front";
    case libcamera::properties::CameraLocationBack:
      return "back";
    case libcamera::properties::CameraLocationExternal:
      return "external";
    default:
      return "";
  }
}

std::vector<FormatDescription> describe_formats(Camera& camera) {
  std::vector<FormatDescription> descriptions;
  const auto configuration = camera.generateConfiguration({libcamera::StreamRole::VideoRecording});
  if (!configuration || configuration->empty()) return descriptions;
  const auto& formats = configuration->at(0).formats();
  for (const auto& format : formats.pixelformats()) {
    const auto range = formats.range(format);
    descriptions.push_back({format.toString(), formats.sizes(format), range.min, range.max});
  }
  return descriptions;
}

// Raw formats have names such as SRGGB10_CSI2P. 0: not a raw format.
uint32_t bits_of_raw_format(const std::string& name) {
  unsigned bits = 0;
  if (std::sscanf(name.c_str(), "S%*4[RGB]%u", &bits) == 1 || std::sscanf(name.c_str(), "R%u", &bits) == 1)
    return bits;
  return 0;
}

CameraDescription describe_camera(Camera& camera) {
  const auto& properties = camera.properties();
  CameraDescription description;
  description.id = camera.id();
  if (const auto model = properties.get(libcamera::properties::Model))
    description.model = std::string(*model);
  description.location = location_name(properties);
  description.rotation = properties.get(libcamera::properties::Rotation);
  description.formats = describe_formats(camera);
  description.sensor_modes = sensor_modes(camera);
  description.controls = describe_controls(camera.controls());
  return description;
}

}  // namespace

bool comes_before(const std::string& id, const std::string& other_id) {
  return id > other_id;
}

std::vector<CameraDescription> describe_cameras(const libcamera::CameraManager& manager) {
  std::vector<CameraDescription> descriptions;
  uint32_t index = 0;
  for (const auto& camera : sorted_cameras(manager)) {
    descriptions.push_back(describe_camera(*camera));
    if (!is_usb(*camera)) descriptions.back().index = index++;
  }
  return descriptions;
}

std::shared_ptr<Camera> find_camera(const libcamera::CameraManager& manager, const std::string& selector,
                                    Failure& failure) {
  const Cameras cameras = sorted_cameras(manager);
  for (const auto& camera : cameras)
    if (camera->id() == selector) return camera;
  if (auto left = parse_index(selector)) {
    for (const auto& camera : cameras)
      if (!is_usb(*camera) && (*left)-- == 0) return camera;
  }
  set_not_found(cameras, selector, failure);
  return nullptr;
}

std::vector<SensorMode> sensor_modes(Camera& camera) {
  std::vector<SensorMode> modes;
  if (is_simulated(camera)) return modes;  // it would log an error for being asked
  const auto configuration = camera.generateConfiguration({libcamera::StreamRole::Raw});
  if (!configuration || configuration->empty()) return modes;
  const auto& formats = configuration->at(0).formats();
  for (const auto& format : formats.pixelformats()) {
    const uint32_t bits = bits_of_raw_format(format.toString());
    if (bits == 0) continue;
    for (const auto& size : formats.sizes(format)) {
      const SensorMode mode{size.width, size.height, bits};
      if (std::find(modes.begin(), modes.end(), mode) == modes.end()) modes.push_back(mode);  // packed or not
    }
  }
  return modes;
}

bool is_simulated(const Camera& camera) {
  const auto devices = camera.properties().get(libcamera::properties::SystemDevices);
  return !devices || devices->empty();
}

}  // namespace pcs
