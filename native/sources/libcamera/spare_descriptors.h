// File descriptors that libcamera is going to need.
#pragma once

#include "core/failure.h"

namespace pcs {

// libcamera ends the process when it gets none for one of its threads, so this is asked before it opens or
// starts a camera. False with ERR_CAMERA_FAILED when too few are left.
bool has_spare_descriptors(Failure& failure);

}  // namespace pcs
