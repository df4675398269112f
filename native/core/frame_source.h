// Where frames come from: one small interface over a camera, the test pattern and files.
#pragma once

#include <cstdint>
#include <vector>

#include "core/control_setting.h"
#include "core/failure.h"
#include "core/raw_frame.h"

namespace pcs {

// Trivially copyable, like RawFrame: it crosses the border between addons.
struct SourceInfo {
  PixelLayout layout;
  ColorRange range;
  Orientation pending_orientation;  // what the source could not do itself and the encoder has to
  uint32_t width;                   // pixels, as lent, before pending_orientation
  uint32_t height;
  double fps;               // frames per second that the source will keep; 0 when not known
  uint64_t max_jpeg_bytes;  // kJpeg only: the largest file that will come
  // true: frames come when they come, and one that finds no room is dropped (a camera).
  // false: the source waits for its buffers, and the encoder waits for room (a file, as fast as possible).
  uint32_t live;
  uint32_t synchronised;  // whether the camera follows the sync mode that was asked for
  char name[160];         // for people: the camera's id, the file's path
  char color_label[64];   // the source's own name of its colour space, such as "sYCC"
};

struct SourceCounters {
  uint64_t frames_lost;         // the source had no free buffer, or the hardware skipped them
  uint64_t frames_failed;       // delivered by the hardware but marked as not valid
  uint64_t frames_startup;      // delivered before exposure and white balance had settled
  uint64_t timestamps_missing;  // the sensor gave no credible time: one is reckoned
};

enum class SourceEvent : uint32_t {
  kEndOfStream,   // no more frames: a file that does not loop
  kFailed,        // frames have stopped; starting again may help
  kDisconnected,  // the camera is gone
  kUnusable,      // starting again cannot help: the file's contents are at fault
  kNote,          // all is well; the message says what the source decided by itself
};

// Receives frames and events. Called from the source's own thread; neither call may block on a camera's
// thread, which other cameras share.
class FrameSink {
 public:
  virtual void on_frame(const RawFrame& frame) noexcept = 0;  // the lease passes to the sink
  virtual void on_event(SourceEvent event, const Failure& failure) noexcept = 0;

 protected:
  ~FrameSink() = default;
};

class FrameSource {
 public:
  virtual ~FrameSource() = default;
  virtual SourceInfo info() const = 0;

  // Begins to lend frames to the sink, which must outlive stop(). False with the reason in failure.
  virtual bool start(FrameSink& sink, Failure& failure) = 0;

  // Returns when no call to the sink is running or will come. Frames still lent stay valid: all of them
  // must have been released before the source is destroyed. May block; idempotent.
  virtual void stop() = 0;

  // Controls of a camera, in force from the next frame that it is asked for on, or from the start on. False
  // with ERR_CAMERA_CONFIG, and nothing has changed, when one of them can't be set. Any thread.
  virtual bool set_controls(const std::vector<ControlSetting>& settings, Failure& failure) = 0;

  virtual SourceCounters counters() const = 0;  // any thread
};

}  // namespace pcs
