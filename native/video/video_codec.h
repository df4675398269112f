// H.264 and VP8 behind one small interface.
#pragma once

#include <cstdint>
#include <memory>

#include "core/failure.h"
#include "core/frame_pool.h"
#include "encoder/image_view.h"
#include "video/v4l2_device.h"

namespace pcs {

enum class VideoCodecName : uint32_t { kH264, kVp8 };

constexpr uint32_t kVp8MaxDimension = 16383;  // pixels; RFC 6386, section 9.1: 14 bits

struct VideoSettings {
  uint32_t width = 0;   // pixels, even
  uint32_t height = 0;  // pixels, even
  double fps = 30;
  uint32_t bitrate_bps = 2'000'000;
  uint32_t keyframe_interval = 30;  // frames from one key frame to the next, from 1
  // How much time is spent on quality, 0 (least) to 2.
  uint32_t effort = 0;
  // libvpx's cpu-used for VP8, -16..16: how fast, at the cost of quality.
  int cpu_used = -8;
};

struct VideoBytes {
  size_t bytes;  // 0: the frame was left out
  bool is_keyframe;
};

class VideoCodec {
 public:
  virtual ~VideoCodec() = default;
  // picture is as VideoPicture makes it, of the settings' size. The first frame is a key frame. False with
  // ERR_ENCODE, after which nothing more can be encoded.
  virtual bool encode(const ImageView& picture, int64_t capture_time_us, bool wants_keyframe, FrameSlot slot,
                      VideoBytes& result, Failure& failure) = 0;
  // From the next frame on.
  virtual void set_bitrate(uint32_t bitrate_bps) = 0;
  virtual bool is_hardware() const { return false; }
};

// Annex B; baseline profile, parameter sets before each key frame. By openh264. Null with the reason.
std::unique_ptr<VideoCodec> open_h264_codec(const VideoSettings& settings, Failure& failure);

// The same by this machine's hardware. Null with the reason, such as a size that it has not; without one when
// there is no such hardware. Unproven.
std::unique_ptr<VideoCodec> open_v4l2_h264_codec(const VideoSettings& settings, Failure& failure,
                                                 const OpenV4l2Device& open = open_v4l2_device);

// One VP8 frame at a time. By libvpx. Null with the reason.
std::unique_ptr<VideoCodec> open_vp8_codec(const VideoSettings& settings, Failure& failure);

}  // namespace pcs
