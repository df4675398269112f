// The system calls that a V4L2 device takes, behind an interface so that a test can play the device.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>

namespace pcs {

class V4l2Device {
 public:
  virtual ~V4l2Device() = default;  // closes it
  // 0, or the error's number. None of those used here waits for a frame: the device is opened so.
  virtual int ioctl(unsigned long request, void* argument) = 0;
  // Null when it can't be.
  virtual uint8_t* map(uint32_t offset, size_t bytes) = 0;
  virtual void unmap(uint8_t* address, size_t bytes) = 0;
  // The events that came, 0 when none came in time, or the error's number below zero.
  virtual int poll(short events, int timeout_ms) = 0;
};

// Null when there is none of this path, or none for this user.
using OpenV4l2Device = std::function<std::unique_ptr<V4l2Device>(const char* path)>;

// The system's own.
std::unique_ptr<V4l2Device> open_v4l2_device(const char* path);

}  // namespace pcs
