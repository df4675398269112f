#include "video/lasting_codec.h"

namespace pcs {

bool LastingCodec::encode(const ImageView& picture, int64_t capture_time_us, bool wants_keyframe,
                          FrameSlot slot, VideoBytes& result, Failure& failure) {
  if (!codec_ && !open(failure)) return false;
  if (codec_->encode(picture, capture_time_us, wants_keyframe, slot, result, failure)) {
    failures_ = 0;
    return true;
  }
  codec_.reset();  // openh264 would fail with every frame to come
  result = {};
  return ++failures_ < kMaxFailures || give_up_choice();
}

void LastingCodec::set_bitrate(uint32_t bitrate_bps) {
  settings_.bitrate_bps = bitrate_bps;
  if (codec_) codec_->set_bitrate(bitrate_bps);
}

// False with the reason of the last choice.
bool LastingCodec::open(Failure& failure) {
  for (;;) {
    codec_ = choices_.front()(settings_, failure);
    if (codec_) return true;
    if (!give_up_choice()) return false;
  }
}

// For good. False when it is the last one, which stays.
bool LastingCodec::give_up_choice() {
  if (choices_.size() == 1) return false;
  choices_.erase(choices_.begin());
  failures_ = 0;
  return true;
}

std::vector<OpenCodec> codec_choices(VideoCodecName codec, bool uses_hardware) {
  if (codec == VideoCodecName::kVp8) return {open_vp8_codec};
  if (!uses_hardware) return {open_h264_codec};
  return {
      [](const VideoSettings& settings, Failure& failure) { return open_v4l2_h264_codec(settings, failure); },
      open_h264_codec};
}

}  // namespace pcs
