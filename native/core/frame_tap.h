// A second way for a camera's raw frames, beside the one to JPEG.
#pragma once

#include "core/latest_queue.h"

namespace pcs {

class FrameTap {
 public:
  virtual ~FrameTap() = default;
  // From the source's thread; the lease passes to the tap.
  virtual void on_raw_frame(const QueuedFrame& frame) noexcept = 0;
  // The source is about to go: on return no frame is held, and those that still come are let go at once. Any
  // thread; may block for one frame.
  virtual void drain() = 0;
};

}  // namespace pcs
