// A stateful encoder of V4L2 as the kernel's documents describe it, for code that knows V4l2Device.
#pragma once

#include <linux/videodev2.h>

#include <algorithm>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "picture.h"
#include "support.h"
#include "video/v4l2_device.h"

namespace pcs::test {

// What V4L2 has packed, so that nothing can refer to it.
struct FakeFormat {
  uint32_t pixel_format, width, height, bytes;
  uint32_t colorspace, xfer_func, ycbcr_enc, quantization;
};

// A node in /dev: what a test wants it to be, and what it was asked for, by all who have it open.
struct FakeNode {
  std::string card = "fake-encode";
  uint32_t capabilities = V4L2_CAP_VIDEO_M2M_MPLANE | V4L2_CAP_STREAMING;
  std::vector<uint32_t> capture_formats{V4L2_PIX_FMT_H264};
  std::vector<uint32_t> output_formats{V4L2_PIX_FMT_NV12, V4L2_PIX_FMT_YUV420};
  uint32_t min_size = 32, max_width = 1920, max_height = 1920;
  uint32_t stride_alignment = 64, row_alignment = 1;
  bool crops = true;
  std::set<uint32_t> missing_controls;
  std::set<std::pair<uint32_t, int32_t>> refused_values;
  int32_t min_bitrate_bps = 0, max_bitrate_bps = INT32_MAX, bitrate_step_bps = 1;
  std::map<unsigned long, int> errors;  // of ioctls, from now on
  bool maps = true;
  uint32_t buffer_count = 0;  // 0: as many as asked for

  bool has_sets = true, repeats_sets = true;
  bool sets_apart = false;  // parameter sets have a buffer of their own
  size_t slice_bytes = 1000;
  uint32_t raw_flags = 0, video_flags = 0;
  bool is_stuck = false;
  int hangs = 0;  // so many devices are stuck from their next frame on until they are closed
  bool keeps_until_time_out = false;       // a frame is there as soon as a poll for it has timed out
  bool splits_frames = false;              // what is longer than a buffer goes on in the next
  int interruptions = 0;                   // polls that a signal ends
  int raw_is_late = 0, video_is_late = 0;  // so many polls of each frame that do not tell of it
  short events = 0;                        // that poll() tells besides
  int64_t time_offset_us = 0;              // added to the video's time

  std::vector<std::string> log;
  std::vector<std::pair<uint32_t, int32_t>> controls;
  FakeFormat capture_format{}, output_format{};
  v4l2_fract interval{};
  v4l2_rect crop{};
  std::vector<Picture> pictures;
  std::vector<int64_t> times_us;
  int opened = 0, closed = 0;
  size_t mapped = 0, unmapped = 0;

  std::vector<int32_t> values_of(uint32_t control) const {
    std::vector<int32_t> values;
    for (const auto& [id, value] : controls)
      if (id == control) values.push_back(value);
    return values;
  }
  int logged(const std::string& entry) const {
    return static_cast<int>(std::count(log.begin(), log.end(), entry));
  }
};

// That of Raspberry Pis before the 5, as the kernel's bcm2835-codec makes it. V4L2 itself brings numbers
// within their range and to a step.
inline FakeNode bcm2835_codec() {
  FakeNode node;
  node.card = "bcm2835-codec-encode";
  node.stride_alignment = 64;
  node.max_width = node.max_height = 1920;
  node.min_bitrate_bps = node.bitrate_step_bps = 25'000;
  node.max_bitrate_bps = 25'000'000;
  return node;
}

using Bytes = std::vector<uint8_t>;
const Bytes kFakeSets{0, 0, 0, 1, 0x67, 0x42, 0xc0, 0x1f, 0, 0, 0, 1, 0x68, 0xce, 0x3c};

// One of a device's queues.
struct FakeQueue {
  std::vector<std::unique_ptr<FencedMemory>> memory;
  std::deque<uint32_t> queued;
  std::deque<v4l2_buffer> done;
  std::deque<uint32_t> done_bytes;
  bool is_streaming = false;
};

class FakeDevice final : public V4l2Device {
 public:
  explicit FakeDevice(FakeNode& node) : node_(node) { ++node_.opened; }
  ~FakeDevice() override { ++node_.closed; }

  int ioctl(unsigned long request, void* argument) override;
  uint8_t* map(uint32_t offset, size_t bytes) override;
  void unmap(uint8_t* address, size_t bytes) override;
  int poll(short events, int timeout_ms) override;

 private:
  static constexpr uint32_t kCaptureOffset = 0x40000000;

  FakeQueue& queue(uint32_t type) { return type == V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE ? video_ : raw_; }
  int enumerate(v4l2_fmtdesc& description) const;
  int set_format(v4l2_format& format);
  int set_crop(v4l2_selection& selection);
  int set_control(v4l2_control& control);
  int request_buffers(v4l2_requestbuffers& request);
  int query_buffer(v4l2_buffer& buffer);
  int enqueue(const v4l2_buffer& buffer);
  int dequeue(v4l2_buffer& buffer);
  void encode();
  void give(const Bytes& bytes, bool is_keyframe, const v4l2_buffer& raw);
  void keep_picture(const FencedMemory& memory);

  FakeNode& node_;
  FakeQueue raw_, video_;
  v4l2_pix_format_mplane capture_format_{}, output_format_{};
  std::deque<v4l2_buffer> waiting_;  // raw frames
  v4l2_rect crop_{};
  int mapped_ = 0;
  bool wants_keyframe_ = false;
  bool hangs_ = false;
  int frames_ = 0, polls_ = 0;  // polls since the last frame
  bool has_timed_out_ = false;  // since then, too
};

// Opens the nodes of a test by their paths.
inline OpenV4l2Device opens(std::map<std::string, FakeNode*> nodes) {
  return [nodes](const char* path) -> std::unique_ptr<V4l2Device> {
    const auto node = nodes.find(path);
    return node == nodes.end() ? nullptr : std::make_unique<FakeDevice>(*node->second);
  };
}

}  // namespace pcs::test
