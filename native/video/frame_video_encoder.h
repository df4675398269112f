// Raw frames in, video out: transform, bring into the encoder's form, encode.
#pragma once

#include <memory>

#include "core/frame_source.h"
#include "core/video_session.h"
#include "encoder/frame_jpeg_encoder.h"
#include "encoder/image_transform.h"
#include "video/video_codec.h"
#include "video/video_picture.h"

namespace pcs {

struct VideoEncodeOptions {
  VideoCodecName codec = VideoCodecName::kH264;
  bool uses_hardware = true;
  VideoSettings settings;  // width and height are filled in here
  TransformOptions transform;
  RangeOverride range = RangeOverride::kAuto;
};

class FrameVideoEncoder final : public VideoEncoder {
 public:
  explicit FrameVideoEncoder(const VideoEncodeOptions& options)
      : options_(options), transform_(options.transform) {}

  bool encode(const RawFrame& frame, bool wants_keyframe, uint32_t bitrate_bps, FrameSlot slot,
              EncodedVideo& result, Failure& failure) override;

  // How a source's frames will come out. False with the reason when the options do not fit the source.
  struct Output {
    Size size;
    size_t max_bytes;
  };
  static bool plan(const VideoEncodeOptions& options, const SourceInfo& source, Output& output,
                   Failure& failure);

 private:
  VideoEncodeOptions options_;
  ImageTransform transform_;
  VideoPicture picture_;
  std::unique_ptr<VideoCodec> codec_;  // made with the first frame, on the thread that encodes
  uint32_t bitrate_bps_ = 0;
};

}  // namespace pcs
