// Which codec encodes, and what happens when it fails: the policy is here, and nowhere else.
#pragma once

#include <functional>
#include <memory>
#include <vector>

#include "video/video_codec.h"

namespace pcs {

using OpenCodec = std::function<std::unique_ptr<VideoCodec>(const VideoSettings&, Failure&)>;

// Goes on where a codec fails. The first choice that opens is taken. A frame that fails is left out, and with
// the next one the codec is opened anew, which begins with a key frame.
class LastingCodec final : public VideoCodec {
 public:
  // After so many frames that fail in a row it is the next choice's turn, or the end: hardware has hiccups.
  static constexpr int kMaxFailures = 3;

  // choices: the best first, at least one. One that does not open, without a reason, is not there.
  LastingCodec(std::vector<OpenCodec> choices, const VideoSettings& settings)
      : choices_(std::move(choices)), settings_(settings) {}

  // True with a reason: something failed, and it goes on.
  bool encode(const ImageView& picture, int64_t capture_time_us, bool wants_keyframe, FrameSlot slot,
              VideoBytes& result, Failure& failure) override;
  void set_bitrate(uint32_t bitrate_bps) override;
  bool is_hardware() const override { return codec_ && codec_->is_hardware(); }

 private:
  bool open(Failure& failure);
  bool give_up_choice();

  std::vector<OpenCodec> choices_;  // the first of them is the one in use
  VideoSettings settings_;
  std::unique_ptr<VideoCodec> codec_;
  int failures_ = 0;
};

// Hardware first, if it is to be used and there is any for the codec.
std::vector<OpenCodec> codec_choices(VideoCodecName codec, bool uses_hardware);

}  // namespace pcs
