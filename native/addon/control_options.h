// Camera controls as JavaScript passes them: an object of values by libcamera's names.
#pragma once

#include <napi.h>

#include <vector>

#include "core/control_setting.h"

namespace pcs {

// Throws ERR_CAMERA_CONFIG for a value that is of no type that any control has. All else only the camera can
// judge.
std::vector<ControlSetting> control_settings(const Napi::Object& controls);

}  // namespace pcs
