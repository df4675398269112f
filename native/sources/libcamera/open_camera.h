// Opens a camera as a FrameSource.
#pragma once

#include <memory>

#include "core/failure.h"
#include "core/frame_source.h"
#include "sources/libcamera/camera_options.h"

namespace pcs {

// Blocks while libcamera looks for cameras and configures this one; any thread. Null with the reason in
// failure.
std::unique_ptr<FrameSource> open_camera(const CameraOptions& options, Failure& failure);

}  // namespace pcs
