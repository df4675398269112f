// Documentation/userspace-api/media/v4l/ext-ctrls-codec.rst says what each control is.
#include <linux/videodev2.h>

#include <algorithm>
#include <cmath>
#include <iterator>

#include "video/v4l2_settings.h"

namespace pcs {
namespace {

int set_control(const V4l2Encoder& encoder, uint32_t id, int32_t value) {
  v4l2_control control{id, value};
  return encoder.device->ioctl(VIDIOC_S_CTRL, &control);
}

bool require_control(const V4l2Encoder& encoder, uint32_t id, int32_t value, const char* what,
                     Failure& failure) {
  v4l2_control control{id, value};
  return encoder.call(VIDIOC_S_CTRL, &control, what, failure);
}

// ITU-T H.264, table A-1: what a level has of macroblocks a second and in a frame. Those below 3.1 are left
// out: every browser has that.
struct Level {
  double macroblocks_per_second;
  double macroblocks;
  int32_t value;
};
constexpr Level kLevels[] = {
    {108'000, 3'600, V4L2_MPEG_VIDEO_H264_LEVEL_3_1},  {216'000, 5'120, V4L2_MPEG_VIDEO_H264_LEVEL_3_2},
    {245'760, 8'192, V4L2_MPEG_VIDEO_H264_LEVEL_4_0},  {522'240, 8'704, V4L2_MPEG_VIDEO_H264_LEVEL_4_2},
    {589'824, 22'080, V4L2_MPEG_VIDEO_H264_LEVEL_5_0}, {983'040, 36'864, V4L2_MPEG_VIDEO_H264_LEVEL_5_1},
};

// The highest where none suffices: whether that will do is for the encoder to say.
int32_t level_of(const VideoSettings& settings) {
  const double macroblocks = std::ceil(settings.width / 16.0) * std::ceil(settings.height / 16.0);
  const auto suffices = [&](const Level& level) {
    return macroblocks <= level.macroblocks && macroblocks * settings.fps <= level.macroblocks_per_second;
  };
  const auto* const found = std::find_if(std::begin(kLevels), std::end(kLevels), suffices);
  return found == std::end(kLevels) ? V4L2_MPEG_VIDEO_H264_LEVEL_5_1 : found->value;
}

// Baseline without its tools against losses, which no hardware uses, is constrained baseline under another
// name.
bool set_profile(const V4l2Encoder& encoder, Failure& failure) {
  constexpr uint32_t kProfile = V4L2_CID_MPEG_VIDEO_H264_PROFILE;
  return set_control(encoder, kProfile, V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_BASELINE) == 0 ||
         require_control(encoder, kProfile, V4L2_MPEG_VIDEO_H264_PROFILE_BASELINE,
                         "make H.264 of the baseline profile", failure);
}

// Drivers that have one control for it have either. Without any, key frames come as often as the encoder
// likes.
void set_keyframe_interval(const V4l2Encoder& encoder, uint32_t frames) {
  const auto value = static_cast<int32_t>(std::min<uint32_t>(frames, INT32_MAX));
  if (set_control(encoder, V4L2_CID_MPEG_VIDEO_H264_I_PERIOD, value) != 0)
    set_control(encoder, V4L2_CID_MPEG_VIDEO_GOP_SIZE, value);
}

}  // namespace

bool set_bitrate(const V4l2Encoder& encoder, uint32_t bitrate_bps, Failure& failure) {
  const auto value = static_cast<int32_t>(std::min<uint32_t>(bitrate_bps, INT32_MAX));
  return require_control(encoder, V4L2_CID_MPEG_VIDEO_BITRATE, value, "set the bitrate", failure);
}

bool force_keyframe(const V4l2Encoder& encoder, Failure& failure) {
  return require_control(encoder, V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME, 1, "make key frames when asked to",
                         failure);
}

bool set_controls(const V4l2Encoder& encoder, const VideoSettings& settings, Failure& failure) {
  // These may be missing: what they are for is done without them, or a bit worse.
  set_control(encoder, V4L2_CID_MPEG_VIDEO_BITRATE_MODE, V4L2_MPEG_VIDEO_BITRATE_MODE_CBR);
  set_control(encoder, V4L2_CID_MPEG_VIDEO_HEADER_MODE, V4L2_MPEG_VIDEO_HEADER_MODE_JOINED_WITH_1ST_FRAME);
  set_control(encoder, V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER, 1);
  set_keyframe_interval(encoder, settings.keyframe_interval);
  return set_bitrate(encoder, settings.bitrate_bps, failure) && set_profile(encoder, failure) &&
         require_control(encoder, V4L2_CID_MPEG_VIDEO_H264_LEVEL, level_of(settings),
                         "make H.264 of its level", failure) &&
         force_keyframe(encoder,
                        failure);  // the first is one in any case; this shows that it can be asked for
}

}  // namespace pcs
