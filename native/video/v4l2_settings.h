// What an encoder of V4L2 is told before it starts: formats, rate, controls.
#pragma once

#include <cstddef>
#include <cstdint>

#include "core/failure.h"
#include "video/v4l2_encoder.h"
#include "video/video_codec.h"

namespace pcs {

// How raw frames lie in their buffers, as the driver wants it: luma, then Cb and Cr with half the stride.
struct V4l2RawFormat {
  uint32_t stride;  // bytes, of luma
  uint32_t rows;    // of luma; those after the picture's are padding
  size_t bytes() const { return size_t{stride} * rows * 3 / 2; }
};

// False with the reason, also when the encoder has not this very size: it would be another picture.
bool set_formats(const V4l2Encoder& encoder, const VideoSettings& settings, V4l2RawFormat& raw,
                 Failure& failure);

// False with the reason when the encoder lacks one that video for browsers can't do without.
bool set_controls(const V4l2Encoder& encoder, const VideoSettings& settings, Failure& failure);

// While it runs, too.
bool set_bitrate(const V4l2Encoder& encoder, uint32_t bitrate_bps, Failure& failure);
// The next frame that is queued.
bool force_keyframe(const V4l2Encoder& encoder, Failure& failure);

}  // namespace pcs
