// The cameras that run when the process exits.
//
// process.exit() runs no cleanup of the addon: it calls exit(), and that destroys libcamera's static objects
// while libcamera's thread still uses them. So every source is known here, and is stopped first.
#pragma once

#include "core/frame_source.h"

namespace pcs {

void add_live_source(FrameSource* source);
void remove_live_source(FrameSource* source);

}  // namespace pcs
