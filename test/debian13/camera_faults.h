// How cameras fail. The faults, as CAMERA_FAULTS_FILE names them (see fault_table.h):
//
//   stall            requests are taken and never come back; only stopping the camera frees them
//   cancel           all requests return cancelled, those under way and those to come, as when 'the front end
//                    has timed out'
//   error[=N]        every Nth frame is marked as not valid; all of them without N
//   slow=MS          each frame takes so much longer
//   timestamp=KIND   sensor timestamps are `zero`, or run `back`, or jump by an `hour`
//   unplug           the camera is gone; when the fault ends it is plugged in again (hotplug.cpp)
//   busy             another process seems to have the camera
//   no-memory[=N]    buffers cannot be allocated, from the Nth on
//   stop-hang        libcamera's one thread blocks in stop, for all cameras
//   slow-encoder=MS  each JPEG takes so much longer, of all cameras
#pragma once

#include <libcamera/libcamera.h>

// What becomes of a request that is queued.
enum class RequestFate { kServed, kSwallowed, kRefused };

// Called on the camera manager's thread for each request.
RequestFate meet_request(libcamera::Camera& camera, libcamera::Request& request);

// Called on the camera's thread for each buffer to be filled. False: the frame is not valid.
bool meet_frame(const libcamera::FrameBuffer* buffer);

// The camera that fills the buffer. Any thread, as those below.
const libcamera::Camera* camera_of(const libcamera::FrameBuffer* buffer);

// Whether the buffer's requests return cancelled.
bool is_given_up(const libcamera::FrameBuffer* buffer);

// Whether the buffer's camera is to fill it no more: it is given up, or being unplugged or stopped, which
// libcamera's thread waits for.
bool is_going(const libcamera::FrameBuffer* buffer);

// When the buffer's frame began, by the sensor's clock in nanoseconds.
void set_frame_time(const libcamera::FrameBuffer* buffer, int64_t time_ns);

// Whether there is no memory for one more buffer of a camera that has so many.
bool is_out_of_memory(const libcamera::Camera& camera, size_t buffers);
