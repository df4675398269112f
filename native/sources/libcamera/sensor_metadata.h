// What the sensor says of a frame, from libcamera's metadata.
#pragma once

#include <libcamera/controls.h>

#include "core/raw_frame.h"

namespace pcs {

SensorMetadata sensor_metadata(const libcamera::ControlList& metadata);

}  // namespace pcs
