// How a source's frames are to be encoded, as JavaScript passes it, and what comes of it.
#pragma once

#include <napi.h>

#include "encoder/frame_jpeg_encoder.h"

namespace pcs {

EncodeOptions read_encode_options(const Napi::Object& options, const SourceInfo& source);

// What a source and these options will make: {width, height, maxBytes, fps, live, name, ...}. The source is
// not taken. Throws when the options do not fit the source.
Napi::Value plan_capture(const Napi::CallbackInfo& info);

}  // namespace pcs
