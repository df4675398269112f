// H.264 by hardware: a stateful encoder of V4L2, such as that of Raspberry Pis before the 5 (bcm2835-codec).
// Documentation/userspace-api/media/v4l/dev-encoder.rst in the kernel's sources is what it is written by.
// UNPROVEN: no such hardware was at hand; a program plays the device in the tests.
#include <libyuv.h>
#include <linux/videodev2.h>
#include <poll.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <optional>
#include <string>

#include "core/clock.h"
#include "video/parameter_sets.h"
#include "video/v4l2_queue.h"
#include "video/v4l2_settings.h"
#include "video/video_codec.h"

namespace pcs {
namespace {

// One frame is in the encoder at a time, so that each is out before the next comes in.
constexpr uint32_t kRawBuffers = 1;
// Two, for drivers that give the parameter sets a buffer of their own.
constexpr uint32_t kVideoBuffers = 2;
// A frame of 1920x1080 takes a Raspberry Pi some 20 ms. Beyond this it is not slow but stuck.
constexpr int64_t kFrameTimeoutUs = 500'000;

class V4l2H264Codec final : public VideoCodec {
 public:
  V4l2H264Codec(V4l2Encoder encoder, const VideoSettings& settings)
      : encoder_(std::move(encoder)), settings_(settings), bitrate_bps_(settings.bitrate_bps) {}

  bool open(Failure& failure) {
    return set_formats(encoder_, settings_, raw_format_, failure) &&
           set_controls(encoder_, settings_, failure) && raw_.allocate(kRawBuffers, failure) &&
           video_.allocate(kVideoBuffers, failure) && check_raw_buffer(failure) && raw_.start(failure) &&
           video_.start(failure) && offer_video_buffers(failure);
  }

  bool encode(const ImageView& picture, int64_t capture_time_us, bool wants_keyframe, FrameSlot slot,
              VideoBytes& result, Failure& failure) override {
    if (settings_.bitrate_bps != bitrate_bps_) {
      if (!pcs::set_bitrate(encoder_, settings_.bitrate_bps, failure)) return false;
      bitrate_bps_ = settings_.bitrate_bps;
    }
    if (wants_keyframe && !force_keyframe(encoder_, failure)) return false;
    // What comes out is known by its time, so that no two have the same, whatever the camera's clock says.
    time_us_ = std::max(capture_time_us, time_us_ + 1);
    fill_raw_buffer(picture);
    if (!raw_.enqueue(0, raw_format_.bytes(), time_us_, failure)) return false;
    return wait_for_frame(slot, result, failure);
  }

  void set_bitrate(uint32_t bitrate_bps) override { settings_.bitrate_bps = bitrate_bps; }
  bool is_hardware() const override { return true; }

 private:
  bool check_raw_buffer(Failure& failure) const {
    return raw_.buffer(0).bytes >= raw_format_.bytes() ||
           encoder_.fail(failure, "has buffers that are too small for their frames");
  }

  bool offer_video_buffers(Failure& failure) {
    for (uint32_t index = 0; index < video_.count(); ++index)
      if (!video_.enqueue(index, 0, 0, failure)) return false;
    return true;
  }

  // The camera's own buffer can't be handed on: its samples are full range. What they were converted to lies
  // in the CPU's cache, and is only written here: reading the driver's memory may be slow.
  void fill_raw_buffer(const ImageView& picture) {
    uint8_t* to = raw_.buffer(0).data;
    for (int i = 0; i < 3; ++i) {
      const uint32_t shift = i == 0 ? 0 : 1;
      const uint32_t stride = raw_format_.stride >> shift;
      libyuv::CopyPlane(picture.planes[i].data, static_cast<int>(picture.planes[i].stride), to,
                        static_cast<int>(stride), static_cast<int>(settings_.width >> shift),
                        static_cast<int>(settings_.height >> shift));
      to += size_t{stride} * (raw_format_.rows >> shift);
    }
  }

  // Until the frame's video is in the slot and its raw buffer is free for the next. The queues are
  // independent: either may come first.
  bool wait_for_frame(FrameSlot slot, VideoBytes& result, Failure& failure) {
    result = {};
    const int64_t deadline_us = monotonic_us() + kFrameTimeoutUs;
    bool raw_is_back = false, is_late = false;
    while (!raw_is_back || result.bytes == 0) {
      if (is_late) return encoder_.fail(failure, "has not encoded a frame within half a second");
      const int64_t left_us = std::max<int64_t>(0, deadline_us - monotonic_us());
      const int timeout_ms = static_cast<int>((left_us + 999) / 1000);
      const int events = encoder_.device->poll(POLLIN | POLLOUT, timeout_ms);
      if (events == -EINTR) continue;
      is_late = left_us == 0;  // what is there by now is taken: this thread may have been held up itself
      if (events < 0) return encoder_.fail(failure, std::string("can't be waited for: ") + strerror(-events));
      if ((events & (POLLERR | POLLHUP | POLLNVAL)) != 0) return encoder_.fail(failure, "is gone or broken");
      if ((events & POLLIN) != 0 && !take_video(slot, result, failure)) return false;
      if ((events & POLLOUT) != 0 && !take_raw_back(raw_is_back, failure)) return false;
    }
    return true;
  }

  bool take_raw_back(bool& is_back, Failure& failure) {
    std::optional<V4l2Queue::Returned> buffer;
    if (!raw_.dequeue(buffer, failure)) return false;
    if (!buffer) return true;
    if ((buffer->flags & V4L2_BUF_FLAG_ERROR) != 0)
      return encoder_.fail(failure, "could not encode a frame: it marks the raw one as faulty");
    is_back = true;
    return true;
  }

  bool take_video(FrameSlot slot, VideoBytes& result, Failure& failure) {
    std::optional<V4l2Queue::Returned> buffer;
    if (!video_.dequeue(buffer, failure)) return false;
    if (!buffer) return true;
    if ((buffer->flags & V4L2_BUF_FLAG_ERROR) != 0)
      return encoder_.fail(failure, "could not encode a frame: it marks the video as faulty");
    if (buffer->bytes > 0 && !take_bytes(*buffer, slot, result, failure)) return false;
    return video_.enqueue(buffer->index, 0, 0, failure);
  }

  // Parameter sets may come in a buffer of their own, before a frame.
  bool take_bytes(const V4l2Queue::Returned& buffer, FrameSlot slot, VideoBytes& result, Failure& failure) {
    const auto content = parameter_sets_.look_at({buffer.data, buffer.bytes});
    if (content.has_sets && !content.has_slice) return true;
    // Else it is the rest of a frame that was longer than its buffer, which can't be sent any more.
    if (buffer.time_us != time_us_ || result.bytes > 0 || !content.has_slice)
      return encoder_.fail(failure, "gives back video of another frame than it got");
    const bool is_keyframe = (buffer.flags & V4L2_BUF_FLAG_KEYFRAME) != 0;
    const bool lacks_sets = is_keyframe && !content.has_sets;
    const auto& sets = parameter_sets_.bytes();
    if (lacks_sets && sets.empty()) return encoder_.fail(failure, "makes key frames without parameter sets");
    const size_t sets_bytes = lacks_sets ? sets.size() : 0;
    if (sets_bytes + buffer.bytes > slot.capacity_bytes) {
      failure.set("ERR_ENCODE", "a frame of H.264 is longer than the %zu bytes that there are for it",
                  slot.capacity_bytes);
      return false;
    }
    std::copy_n(sets.data(), sets_bytes, slot.data);
    std::memcpy(slot.data + sets_bytes, buffer.data, buffer.bytes);
    result = {sets_bytes + buffer.bytes, is_keyframe};
    return true;
  }

  const V4l2Encoder encoder_;
  VideoSettings settings_;
  uint32_t bitrate_bps_;  // that the encoder knows
  V4l2RawFormat raw_format_{};
  V4l2Queue raw_{encoder_, V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE};
  V4l2Queue video_{encoder_, V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE};
  ParameterSets parameter_sets_;
  int64_t time_us_ = 0;
};

}  // namespace

std::unique_ptr<VideoCodec> open_v4l2_h264_codec(const VideoSettings& settings, Failure& failure,
                                                 const OpenV4l2Device& open) {
  V4l2Encoder encoder = find_v4l2_h264_encoder(open);
  if (!encoder.device) return nullptr;
  auto codec = std::make_unique<V4l2H264Codec>(std::move(encoder), settings);
  if (!codec->open(failure)) return nullptr;
  return codec;
}

}  // namespace pcs
