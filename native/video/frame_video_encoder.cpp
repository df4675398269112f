#include "video/frame_video_encoder.h"

#include "video/lasting_codec.h"

namespace pcs {
namespace {

// The smallest that both encoders take.
constexpr uint32_t kMinDimension = 16;

// openh264's largest picture, which is level 5.2's, of any shape. Hardware has less.
constexpr uint32_t kH264MaxMacroblocks = 36'864;

bool check_size(VideoCodecName codec, Size size, Failure& failure) {
  if (size.width < kMinDimension || size.height < kMinDimension) {
    failure.set("ERR_CONFIG_CONFLICT", "video is at least %ux%u pixels, not %ux%u", kMinDimension,
                kMinDimension, size.width, size.height);
    return false;
  }
  if (codec == VideoCodecName::kVp8) {
    if (size.width <= kVp8MaxDimension && size.height <= kVp8MaxDimension) return true;
    failure.set("ERR_CONFIG_CONFLICT", "VP8 is at most %u pixels wide and high, not %ux%u: scale or crop",
                kVp8MaxDimension, size.width, size.height);
    return false;
  }
  const uint64_t macroblocks = uint64_t{(size.width + 15) / 16} * ((size.height + 15) / 16);
  if (macroblocks <= kH264MaxMacroblocks) return true;
  failure.set("ERR_CONFIG_CONFLICT",
              "H.264 is at most 4096x2304 pixels or as many in another shape, not %ux%u: scale or crop",
              size.width, size.height);
  return false;
}

}  // namespace

bool FrameVideoEncoder::encode(const RawFrame& frame, bool wants_keyframe, uint32_t bitrate_bps,
                               FrameSlot slot, EncodedVideo& result, Failure& failure) {
  ImageView image{};
  if (!transform_.apply(frame, image, failure)) return false;
  if (options_.range != RangeOverride::kAuto)
    image.range = options_.range == RangeOverride::kFull ? ColorRange::kFull : ColorRange::kLimited;
  const ImageView picture = picture_.of(image);
  result.width = picture.width;
  result.height = picture.height;
  if (!codec_) {
    VideoSettings settings = options_.settings;
    settings.width = picture.width;
    settings.height = picture.height;
    settings.bitrate_bps = bitrate_bps_ = bitrate_bps;
    codec_ = std::make_unique<LastingCodec>(codec_choices(options_.codec, options_.uses_hardware), settings);
  }
  if (bitrate_bps != bitrate_bps_) codec_->set_bitrate(bitrate_bps_ = bitrate_bps);
  VideoBytes video{};
  if (!codec_->encode(picture, frame.capture_time_us, wants_keyframe, slot, video, failure)) return false;
  result.bytes = video.bytes;
  result.is_keyframe = video.is_keyframe;
  result.by_hardware = codec_->is_hardware();
  return true;
}

bool FrameVideoEncoder::plan(const VideoEncodeOptions& options, const SourceInfo& source, Output& output,
                             Failure& failure) {
  if (source.layout == PixelLayout::kJpeg) {
    failure.set("ERR_CONFIG_CONFLICT",
                "%s delivers JPEG, which is passed on as it is: video needs raw frames", source.name);
    return false;
  }
  if (!ImageTransform::output_size(options.transform, {source.width, source.height}, output.size, failure))
    return false;
  output.size = {output.size.width & ~1U, output.size.height & ~1U};
  if (!check_size(options.codec, output.size, failure)) return false;
  // No encoder writes more than the raw picture; small ones have headers besides.
  output.max_bytes = size_t{output.size.width} * output.size.height * 3 / 2 + 4096;
  return true;
}

}  // namespace pcs
