// Who turns the picture: libcamera where the sensor can mirror (that costs nothing), software otherwise.
#pragma once

#include <libcamera/orientation.h>

#include "core/raw_frame.h"

namespace pcs {

// What to ask of libcamera. Sensors mirror, they never turn by 90 degrees: for that libcamera is asked for an
// upright picture.
libcamera::Orientation orientation_to_ask(Orientation wanted);

// What is left to do when libcamera, asked as above, delivers `got`. A sensor that is mounted sideways stays
// so: then `wanted` applies to the picture as it is.
Orientation pending_orientation(Orientation wanted, libcamera::Orientation got);

}  // namespace pcs
