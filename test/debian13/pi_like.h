// Which of a Pi's habits the environment asks for; pi_like_camera.cpp says what the variables mean.
#pragma once

#include <string>

#include "interpose.h"

inline bool is_pi_like() {
  return !setting("PI_LIKE_PHOTO").empty();
}

inline bool has_sensor() {
  return !setting("PI_LIKE_SENSOR").empty();
}

inline bool is_device() {
  return has_sensor() || !setting("PI_LIKE_DEVICE").empty();
}

// Bytes from one row of luma to the next. Those of chroma have half of that.
inline unsigned stride_of(unsigned width) {
  static const std::string asked = setting("PI_LIKE_STRIDE");
  static const unsigned alignment = asked.empty() ? 64 : static_cast<unsigned>(std::stoul(asked));
  return (width + alignment - 1) / alignment * alignment;
}
