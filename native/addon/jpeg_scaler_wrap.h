// scale_jpeg as a JavaScript function.
#pragma once

#include <napi.h>

namespace pcs {

// scaleJpeg(jpeg, output, denominator): on a worker thread; resolves to the bytes written to output. Both
// arrays are kept alive, and must not be changed, until then.
Napi::Value scale_jpeg_async(const Napi::CallbackInfo& info);

}  // namespace pcs
