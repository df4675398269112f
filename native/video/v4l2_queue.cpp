#include "video/v4l2_queue.h"

#include <cerrno>
#include <cstring>
#include <string>

namespace pcs {

// In the reverse of the order in which it was made. What fails here has nobody to tell.
V4l2Queue::~V4l2Queue() {
  V4l2Device& device = *encoder_.device;
  int type = type_;
  if (is_started_) device.ioctl(VIDIOC_STREAMOFF, &type);
  for (const Buffer& buffer : buffers_) device.unmap(buffer.data, buffer.bytes);
  if (!is_allocated_) return;
  v4l2_requestbuffers none{};
  none.type = type_;
  none.memory = V4L2_MEMORY_MMAP;
  device.ioctl(VIDIOC_REQBUFS, &none);
}

bool V4l2Queue::allocate(uint32_t count, Failure& failure) {
  v4l2_requestbuffers request{};
  request.count = count;
  request.type = type_;
  request.memory = V4L2_MEMORY_MMAP;
  if (!encoder_.call(VIDIOC_REQBUFS, &request, "make buffers", failure)) return false;
  is_allocated_ = true;
  if (request.count == 0) return encoder_.fail(failure, "has no memory for buffers");
  for (uint32_t index = 0; index < request.count; ++index)  // the driver may make more, or fewer
    if (!map(index, failure)) return false;
  return true;
}

bool V4l2Queue::map(uint32_t index, Failure& failure) {
  v4l2_plane plane{};
  v4l2_buffer buffer = describe(index, plane);
  if (!encoder_.call(VIDIOC_QUERYBUF, &buffer, "describe its buffers", failure)) return false;
  uint8_t* data = encoder_.device->map(plane.m.mem_offset, plane.length);
  if (data == nullptr) return encoder_.fail(failure, "has buffers that can't be mapped");
  buffers_.push_back({data, plane.length});
  return true;
}

bool V4l2Queue::start(Failure& failure) {
  int type = type_;
  return is_started_ = encoder_.call(VIDIOC_STREAMON, &type, "start", failure);
}

bool V4l2Queue::enqueue(uint32_t index, size_t bytes, int64_t time_us, Failure& failure) {
  v4l2_plane plane{};
  v4l2_buffer buffer = describe(index, plane);
  plane.bytesused = static_cast<uint32_t>(bytes);
  plane.length = static_cast<uint32_t>(buffers_[index].bytes);
  buffer.field = V4L2_FIELD_NONE;
  buffer.timestamp.tv_sec = static_cast<time_t>(time_us / 1'000'000);
  buffer.timestamp.tv_usec = static_cast<suseconds_t>(time_us % 1'000'000);
  return encoder_.call(VIDIOC_QBUF, &buffer, "take a buffer", failure);
}

bool V4l2Queue::dequeue(std::optional<Returned>& returned, Failure& failure) {
  returned.reset();
  v4l2_plane plane{};
  v4l2_buffer buffer = describe(0, plane);
  const int error = encoder_.device->ioctl(VIDIOC_DQBUF, &buffer);
  if (error == EAGAIN) return true;
  if (error != 0) return encoder_.fail(failure, std::string("can't give a buffer back: ") + strerror(error));
  if (buffer.index >= buffers_.size() || plane.bytesused > buffers_[buffer.index].bytes ||
      plane.data_offset > plane.bytesused)
    return encoder_.fail(failure, "gives back a buffer that there is not");
  returned = Returned{buffer.index, buffers_[buffer.index].data + plane.data_offset,
                      plane.bytesused - plane.data_offset, buffer.flags,
                      int64_t{buffer.timestamp.tv_sec} * 1'000'000 + buffer.timestamp.tv_usec};
  return true;
}

v4l2_buffer V4l2Queue::describe(uint32_t index, v4l2_plane& plane) const {
  v4l2_buffer buffer{};
  buffer.index = index;
  buffer.type = type_;
  buffer.memory = V4L2_MEMORY_MMAP;
  buffer.m.planes = &plane;
  buffer.length = 1;
  return buffer;
}

}  // namespace pcs
