// H.264 by openh264, linked statically: its structs change from version to version.
#include <wels/codec_api.h>

#include <cinttypes>
#include <cstring>

#include "video/video_codec.h"

namespace pcs {
namespace {

struct DestroyEncoder {
  void operator()(ISVCEncoder* encoder) const {
    encoder->Uninitialize();
    WelsDestroySVCEncoder(encoder);
  }
};
using Encoder = std::unique_ptr<ISVCEncoder, DestroyEncoder>;

ECOMPLEXITY_MODE complexity_of(uint32_t effort) {
  return effort == 0 ? LOW_COMPLEXITY : effort == 1 ? MEDIUM_COMPLEXITY : HIGH_COMPLEXITY;
}

void describe_layer(const VideoSettings& settings, SSpatialLayerConfig& layer) {
  layer.iVideoWidth = static_cast<int>(settings.width);
  layer.iVideoHeight = static_cast<int>(settings.height);
  layer.fFrameRate = static_cast<float>(settings.fps);
  layer.iSpatialBitrate = static_cast<int>(settings.bitrate_bps);
  layer.iMaxSpatialBitrate = UNSPECIFIED_BIT_RATE;
  layer.uiProfileIdc = PRO_BASELINE;
  layer.sSliceArgument.uiSliceMode = SM_SINGLE_SLICE;
  // BT.601, limited range, as VideoPicture makes it.
  layer.bVideoSignalTypePresent = true;
  layer.uiVideoFormat = VF_UNDEF;
  layer.bFullRange = false;
  layer.bColorDescriptionPresent = true;
  layer.uiColorPrimaries = CP_BT709;
  layer.uiTransferCharacteristics = TRC_IEC61966_2_1;
  layer.uiColorMatrix = CM_SMPTE170M;
}

SEncParamExt parameters_of(ISVCEncoder& encoder, const VideoSettings& settings) {
  SEncParamExt parameters;
  encoder.GetDefaultParams(&parameters);
  parameters.iUsageType = CAMERA_VIDEO_REAL_TIME;
  parameters.iPicWidth = static_cast<int>(settings.width);
  parameters.iPicHeight = static_cast<int>(settings.height);
  parameters.iTargetBitrate = static_cast<int>(settings.bitrate_bps);
  parameters.iMaxBitrate = UNSPECIFIED_BIT_RATE;
  parameters.iRCMode = RC_BITRATE_MODE;
  parameters.fMaxFrameRate = static_cast<float>(settings.fps);
  parameters.iComplexityMode = complexity_of(settings.effort);
  parameters.uiIntraPeriod = settings.keyframe_interval;
  parameters.eSpsPpsIdStrategy = CONSTANT_ID;  // a decoder that missed nothing may keep its own
  parameters.iMultipleThreadIdc = 1;
  parameters.bEnableFrameSkip = false;  // a steady rate looks better than a sharp picture
  parameters.bEnableDenoise = false;
  parameters.bEnableSceneChangeDetect = false;
  parameters.bEnableBackgroundDetection = true;
  parameters.bEnableAdaptiveQuant = true;
  describe_layer(settings, parameters.sSpatialLayers[0]);
  return parameters;
}

class H264Codec final : public VideoCodec {
 public:
  explicit H264Codec(Encoder encoder, const VideoSettings& settings)
      : encoder_(std::move(encoder)), settings_(settings) {}

  bool encode(const ImageView& picture, int64_t capture_time_us, bool wants_keyframe, FrameSlot slot,
              VideoBytes& result, Failure& failure) override {
    if (wants_keyframe) encoder_->ForceIntraFrame(true);
    SSourcePicture source{};
    source.iColorFormat = videoFormatI420;
    source.iPicWidth = static_cast<int>(picture.width);
    source.iPicHeight = static_cast<int>(picture.height);
    source.uiTimeStamp = capture_time_us / 1000;
    for (int i = 0; i < 3; ++i) {
      source.pData[i] = const_cast<uint8_t*>(picture.planes[i].data);  // which it only reads
      source.iStride[i] = static_cast<int>(picture.planes[i].stride);
    }
    SFrameBSInfo info{};
    const int error = encoder_->EncodeFrame(&source, &info);
    if (error != cmResultSuccess) {
      failure.set("ERR_ENCODE", "openh264 could not encode a frame of %ux%u (error %d)", picture.width,
                  picture.height, error);
      return false;
    }
    result.is_keyframe = info.eFrameType == videoFrameTypeIDR;
    return copy(info, slot, result, failure);
  }

  void set_bitrate(uint32_t bitrate_bps) override {
    SBitrateInfo bitrate{SPATIAL_LAYER_ALL, static_cast<int>(bitrate_bps)};
    encoder_->SetOption(ENCODER_OPTION_BITRATE, &bitrate);
  }

 private:
  static bool copy(const SFrameBSInfo& info, FrameSlot slot, VideoBytes& result, Failure& failure) {
    result.bytes = 0;
    if (info.eFrameType == videoFrameTypeSkip) return true;
    for (int i = 0; i < info.iLayerNum; ++i) {
      const SLayerBSInfo& layer = info.sLayerInfo[i];
      size_t bytes = 0;
      for (int nal = 0; nal < layer.iNalCount; ++nal)
        bytes += static_cast<size_t>(layer.pNalLengthInByte[nal]);
      if (result.bytes + bytes > slot.capacity_bytes) {
        failure.set("ERR_ENCODE", "a frame of H.264 is longer than the %zu bytes that there are for it",
                    slot.capacity_bytes);
        return false;
      }
      std::memcpy(slot.data + result.bytes, layer.pBsBuf, bytes);
      result.bytes += bytes;
    }
    return true;
  }

  Encoder encoder_;
  VideoSettings settings_;
};

}  // namespace

std::unique_ptr<VideoCodec> open_h264_codec(const VideoSettings& settings, Failure& failure) {
  ISVCEncoder* made = nullptr;
  if (WelsCreateSVCEncoder(&made) != 0 || made == nullptr) {
    failure.set("ERR_ENCODE", "openh264 has no encoder for us: out of memory?");
    return nullptr;
  }
  Encoder encoder(made);
  int quiet = WELS_LOG_QUIET;
  encoder->SetOption(ENCODER_OPTION_TRACE_LEVEL, &quiet);
  SEncParamExt parameters = parameters_of(*encoder, settings);
  if (const int error = encoder->InitializeExt(&parameters); error != cmResultSuccess) {
    failure.set("ERR_ENCODE", "openh264 refuses %ux%u at %.4g frames and %" PRIu32 " bit a second (error %d)",
                settings.width, settings.height, settings.fps, settings.bitrate_bps, error);
    return nullptr;
  }
  return std::make_unique<H264Codec>(std::move(encoder), settings);
}

}  // namespace pcs
