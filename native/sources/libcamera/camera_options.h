// What is asked of a camera.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "core/raw_frame.h"
#include "sources/libcamera/camera_list.h"
#include "sources/libcamera/control_values.h"

namespace pcs {

struct CameraOptions {
  std::string camera;  // an id, an index or "auto"
  uint32_t width;      // pixels, before orientation
  uint32_t height;
  double fps;  // above 0
  Orientation orientation = Orientation::kNone;
  std::vector<ControlSetting> controls;  // in force from the first frame on
  std::optional<SensorMode> sensor_mode;
  std::optional<double> sync_mode;  // of the control SyncMode, where the camera has it
  std::string tuning_file;          // a path, or empty; see take_camera_manager
  // So many frames may be in flight; the camera may need more or allow fewer. Of these, four are lent at most
  // while there are JPEGs and video: one in each encoder and two that wait, as video's newest is one of
  // JPEG's. The camera has one to fill and one to go on with.
  uint32_t buffer_count = 6;
};

}  // namespace pcs
