// Cameras that are unplugged and plugged in again.
#pragma once

#include <libcamera/libcamera.h>

// The libcamera::Thread on which a camera fills its buffers.
void set_camera_thread(const libcamera::Camera* camera, void* thread);

// Whether it was unplugged. On the camera manager's thread.
bool is_unplugged(const libcamera::Camera* camera);
