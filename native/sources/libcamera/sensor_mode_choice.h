// Which mode of the sensor captures, where libcamera's choice is too slow: libcamera chooses by size alone.
#pragma once

#include <libcamera/camera.h>

#include <optional>

#include "sources/libcamera/camera_options.h"
#include "sources/libcamera/stream_setup.h"

namespace pcs {

// The shortest time from frame to frame of a configured camera, in microseconds. Nothing where it does not
// tell.
std::optional<double> shortest_frame_us(const libcamera::Camera& camera);

// Configures the camera, as configure_stream() does. Where the mode that libcamera chooses is too slow for
// the frame rate, another that is at least as large as the pictures is taken, the one that sees most. Notes
// say so, or name a smaller mode that is fast enough.
std::optional<StreamSetup> configure_for_rate(libcamera::Camera& camera, const CameraOptions& options,
                                              Notes& notes, Failure& failure);

}  // namespace pcs
