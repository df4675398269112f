// The cameras that libcamera sees: choosing one, and describing them for people.
#pragma once

#include <libcamera/camera.h>
#include <libcamera/camera_manager.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/failure.h"
#include "sources/libcamera/control_values.h"

namespace pcs {

struct FormatDescription {
  std::string pixel_format;            // libcamera's name, such as "YUV420"
  std::vector<libcamera::Size> sizes;  // pixels; those libcamera recommends where it takes any in a range
  libcamera::Size smallest;
  libcamera::Size largest;
};

// A way to read the sensor out.
struct SensorMode {
  uint32_t width;  // pixels
  uint32_t height;
  uint32_t bit_depth;  // bits of a pixel

  bool operator==(const SensorMode&) const = default;
};

struct CameraDescription {
  std::string id;
  std::optional<uint32_t> index;  // none of a USB camera
  std::string model;
  std::string location;             // "front", "back", "external" or empty
  std::optional<int32_t> rotation;  // degrees, as mounted
  std::vector<FormatDescription> formats;
  std::vector<SensorMode> sensor_modes;
  std::vector<ControlDescription> controls;
};

// The order of cameras and their indices: that of `rpicam-hello --list-cameras`, which goes by descending id,
// so that both call the same camera 0.
bool comes_before(const std::string& id, const std::string& other_id);

// In that order.
std::vector<CameraDescription> describe_cameras(const libcamera::CameraManager& manager);

// By id, by index or "auto", which is index 0. The index counts the cameras of the board's own connectors, so
// that a USB camera never moves them. Null with ERR_CAMERA_NOT_FOUND, naming the cameras there are.
std::shared_ptr<libcamera::Camera> find_camera(const libcamera::CameraManager& manager,
                                               const std::string& selector, Failure& failure);

// The modes of the sensor; empty where the camera does not tell.
std::vector<SensorMode> sensor_modes(libcamera::Camera& camera);

// A simulated camera (libcamera's virtual pipeline) stands on no device of the system. Nothing there could
// turn the picture or keep a frame rate, although it accepts being asked.
bool is_simulated(const libcamera::Camera& camera);

}  // namespace pcs
