// One of a V4L2 encoder's two queues, with its buffers.
#pragma once

#include <linux/videodev2.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "core/failure.h"
#include "video/v4l2_encoder.h"

namespace pcs {

// Raw frames go in by OUTPUT, and video comes out of CAPTURE: V4L2 names them as seen from the device.
class V4l2Queue {
 public:
  struct Buffer {
    uint8_t* data;
    size_t bytes;
  };

  // A buffer that the driver has given back.
  struct Returned {
    uint32_t index;
    const uint8_t* data;
    size_t bytes;
    uint32_t flags;   // V4L2_BUF_FLAG_...
    int64_t time_us;  // of the raw frame that it belongs to
  };

  V4l2Queue(const V4l2Encoder& encoder, v4l2_buf_type type) : encoder_(encoder), type_(type) {}
  ~V4l2Queue();
  V4l2Queue(const V4l2Queue&) = delete;
  V4l2Queue& operator=(const V4l2Queue&) = delete;

  // False with the reason, as all below.
  bool allocate(uint32_t count, Failure& failure);
  bool start(Failure& failure);
  bool enqueue(uint32_t index, size_t bytes, int64_t time_us, Failure& failure);
  // Nothing when the driver has none to give back yet.
  bool dequeue(std::optional<Returned>& returned, Failure& failure);

  uint32_t count() const { return static_cast<uint32_t>(buffers_.size()); }
  const Buffer& buffer(uint32_t index) const { return buffers_[index]; }

 private:
  bool map(uint32_t index, Failure& failure);
  v4l2_buffer describe(uint32_t index, v4l2_plane& plane) const;

  const V4l2Encoder& encoder_;
  const v4l2_buf_type type_;
  std::vector<Buffer> buffers_;
  bool is_allocated_ = false;
  bool is_started_ = false;
};

}  // namespace pcs
