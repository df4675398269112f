// Agreeing with libcamera on size, pixel format, colour and orientation.
#pragma once

#include <libcamera/camera.h>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/failure.h"
#include "core/raw_frame.h"
#include "sources/libcamera/camera_options.h"

namespace pcs {

// The one stream of a configured camera. Width and height may differ from what was asked: the caller
// compares.
struct StreamSetup {
  libcamera::Stream* stream;
  PixelLayout layout;
  ColorRange range;
  Orientation pending_orientation;
  uint32_t width;  // pixels
  uint32_t height;
  uint32_t stride;       // bytes, of the first plane
  uint32_t frame_bytes;  // a buffer holds at least so many
  uint32_t buffer_count;
  std::string color_label;  // libcamera's name of the colour space
};

// Configures an acquired camera. None, with ERR_CAMERA_CONFIG, when it cannot deliver what is asked.
std::optional<StreamSetup> configure_stream(libcamera::Camera& camera, const CameraOptions& options,
                                            Failure& failure);

}  // namespace pcs
