// Tells JavaScript of cameras that libcamera finds while it runs.
#pragma once

#include <napi.h>

namespace pcs {

// watchCameras(onAdded): calls onAdded() from now on, for as long as the environment lives, which it does not
// prolong. To be called once.
void watch_cameras(const Napi::CallbackInfo& info);

}  // namespace pcs
