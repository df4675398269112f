// How a source's frames are to be encoded, as JavaScript passes it, and what comes of it.
#pragma once

#include <napi.h>

#include "encoder/frame_jpeg_encoder.h"
#include "video/frame_video_encoder.h"

namespace pcs {

EncodeOptions read_encode_options(const Napi::Object& options, const SourceInfo& source);

// What a source and these options will make: {width, height, maxBytes, fps, live, name, ...}. The source is
// not taken. Throws when the options do not fit the source.
Napi::Value plan_capture(const Napi::CallbackInfo& info);

VideoEncodeOptions read_video_options(const Napi::Object& options, const SourceInfo& source);

// What a video session of a capture session and these options would make: {width, height, maxBytes}. Throws
// when it can't.
Napi::Value plan_video(const Napi::CallbackInfo& info);

}  // namespace pcs
