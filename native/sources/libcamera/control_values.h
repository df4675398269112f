// Controls by name: from the configuration to libcamera, and from libcamera to a description for people.
//
// A name is looked up among the controls that the camera itself offers, so that those of a vendor's build of
// libcamera work without its headers.
#pragma once

#include <libcamera/controls.h>

#include <string>
#include <utility>
#include <vector>

#include "core/control_setting.h"
#include "core/failure.h"

namespace pcs {

// Numbers of a bool are 0 and 1. Empty where libcamera names no limit or default.
using ControlNumbers = std::vector<double>;

struct ControlDescription {
  std::string name;
  const char* type;  // boolean, integer, float, string, rectangle, size, point
  bool array;
  ControlNumbers minimum;
  ControlNumbers maximum;
  ControlNumbers default_value;
  std::vector<std::pair<double, std::string>> enumerators;  // those that the camera supports
};

// Sentences for people, about what a camera decided by itself.
using Notes = std::vector<std::string>;

// Adds each setting to the list. Exposures and gains are brought within their limits, which is noted. False
// with ERR_CAMERA_CONFIG when the camera has no such control, when the value has the wrong type or is out of
// range, and for the frame rate, which has an option of its own.
bool add_controls(const libcamera::ControlInfoMap& available, const std::vector<ControlSetting>& settings,
                  libcamera::ControlList& list, Notes& notes, Failure& failure);

// Sorted by name.
std::vector<ControlDescription> describe_controls(const libcamera::ControlInfoMap& available);

}  // namespace pcs
