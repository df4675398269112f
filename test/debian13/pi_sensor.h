// The sensor of a camera like a Pi's: its modes, the limits that depend on them, and what it is set to.
#pragma once

#include <libcamera/libcamera.h>

#include <chrono>

struct SensorMode {
  libcamera::Size size;  // pixels
  libcamera::Size seen;  // of the sensor's pixels, those that it shows
  unsigned bit_depth;
  double max_fps;
  float min_gain;
};

// The raw formats of the sensor that PI_LIKE_SENSOR names, with the sizes of its modes.
libcamera::StreamFormats raw_formats();

// The mode that is asked for, or else the smallest that is not smaller than the stream: a Pi looks neither at
// the rate nor at the bits then. Null when the sensor does not have the mode that is asked for.
const SensorMode* mode_for(const libcamera::CameraConfiguration& configuration);

// From now on the camera has the limits of this mode.
void set_mode(const libcamera::Camera* camera, const SensorMode* mode);

// The time from one frame to the next: what FrameDurationLimits asks for within the limits of the mode, or
// that of PI_LIKE_DEVICE. Any thread.
std::chrono::nanoseconds frame_duration(const libcamera::Camera* camera);

// How many frames there were since the camera was started, this one not counted. On the camera's thread.
int count_frame(const libcamera::Camera* camera);

// Controls reach a camera when it starts, and with each request. On the camera manager's thread.
void start_sensor(const libcamera::Camera* camera, const libcamera::ControlList* controls);
void tell_sensor(const libcamera::Camera* camera, const libcamera::ControlList& controls);

// What the sensor says of a frame.
void describe_frame(const libcamera::Camera* camera, libcamera::ControlList& metadata);

// A camera's controls, and those of a Pi with the limits of the camera's mode. Any thread.
const libcamera::ControlInfoMap& with_sensor_controls(const libcamera::Camera* camera,
                                                      const libcamera::ControlInfoMap& controls);
