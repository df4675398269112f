// VP8 by libvpx.
#include <vpx/vp8cx.h>
#include <vpx/vpx_encoder.h>

#include <algorithm>
#include <cstring>

#include "video/video_codec.h"

namespace pcs {
namespace {

class Vp8Codec final : public VideoCodec {
 public:
  static std::unique_ptr<VideoCodec> open(const VideoSettings& settings, Failure& failure) {
    auto codec = std::make_unique<Vp8Codec>();
    if (codec->init(settings, failure)) return codec;
    return nullptr;
  }

  ~Vp8Codec() override {
    if (is_open_) vpx_codec_destroy(&context_);
  }

  bool encode(const ImageView& picture, int64_t capture_time_us, bool wants_keyframe, FrameSlot slot,
              VideoBytes& result, Failure& failure) override {
    vpx_image_t image{};
    vpx_img_wrap(&image, VPX_IMG_FMT_I420, picture.width, picture.height, 1,
                 const_cast<uint8_t*>(picture.planes[0].data));  // which it only reads
    for (int i = 0; i < 3; ++i) {
      image.planes[i] = const_cast<uint8_t*>(picture.planes[i].data);
      image.stride[i] = static_cast<int>(picture.planes[i].stride);
    }
    // Times have to grow, whatever the camera's clock says.
    last_time_us_ = std::max(capture_time_us, last_time_us_ + 1);
    const vpx_enc_frame_flags_t flags = wants_keyframe ? VPX_EFLAG_FORCE_KF : 0;
    const auto duration_us = static_cast<unsigned long>(frame_us_);
    if (vpx_codec_encode(&context_, &image, last_time_us_, duration_us, flags, VPX_DL_REALTIME) !=
        VPX_CODEC_OK) {
      failure.set("ERR_ENCODE", "libvpx could not encode a frame of %ux%u: %s", picture.width, picture.height,
                  vpx_codec_error(&context_));
      return false;
    }
    return copy(slot, result, failure);
  }

  void set_bitrate(uint32_t bitrate_bps) override {
    config_.rc_target_bitrate = std::max(bitrate_bps / 1000, 1U);
    vpx_codec_enc_config_set(&context_, &config_);
  }

 private:
  bool init(const VideoSettings& settings, Failure& failure) {
    if (settings.width > kVp8MaxDimension || settings.height > kVp8MaxDimension) {
      failure.set("ERR_ENCODE", "VP8 is at most %u pixels wide and high, not %ux%u", kVp8MaxDimension,
                  settings.width, settings.height);
      return false;
    }
    vpx_codec_iface_t* interface = vpx_codec_vp8_cx();
    vpx_codec_err_t error = vpx_codec_enc_config_default(interface, &config_, 0);
    if (error == VPX_CODEC_OK) {
      frame_us_ = static_cast<int64_t>(1e6 / settings.fps);
      config_.g_w = settings.width;
      config_.g_h = settings.height;
      config_.g_timebase = {1, 1'000'000};
      config_.g_threads = 1;
      config_.g_lag_in_frames = 0;
      config_.g_pass = VPX_RC_ONE_PASS;
      config_.rc_end_usage = VPX_CBR;
      config_.rc_target_bitrate = std::max(settings.bitrate_bps / 1000, 1U);
      config_.rc_min_quantizer = 2;
      config_.rc_max_quantizer = 63;
      config_.rc_undershoot_pct = 100;
      config_.rc_overshoot_pct = 15;
      // Milliseconds that the decoder holds: short, so that a key frame comes in time.
      config_.rc_buf_initial_sz = 500;
      config_.rc_buf_optimal_sz = 600;
      config_.rc_buf_sz = 1000;
      config_.rc_dropframe_thresh = 0;
      config_.kf_mode = VPX_KF_AUTO;
      config_.kf_min_dist = 0;
      config_.kf_max_dist = settings.keyframe_interval;
      error = vpx_codec_enc_init(&context_, interface, &config_, 0);
    }
    if (error != VPX_CODEC_OK) {
      failure.set("ERR_ENCODE", "libvpx refuses %ux%u: %s", settings.width, settings.height,
                  vpx_codec_err_to_string(error));
      return false;
    }
    is_open_ = true;
    vpx_codec_control(&context_, VP8E_SET_CPUUSED, settings.cpu_used);
    vpx_codec_control(&context_, VP8E_SET_STATIC_THRESHOLD, 1U);
    vpx_codec_control(&context_, VP8E_SET_NOISE_SENSITIVITY, 0U);
    vpx_codec_control(&context_, VP8E_SET_TOKEN_PARTITIONS, 0);
    vpx_codec_control(&context_, VP8E_SET_MAX_INTRA_BITRATE_PCT, max_intra_percent(settings));
    return true;
  }

  // Of a frame's share of the bitrate: a key frame is to fill half of the decoder's buffer at most.
  unsigned max_intra_percent(const VideoSettings& settings) const {
    const double frames_in_half_buffer = config_.rc_buf_optimal_sz / 1000.0 * settings.fps / 2;
    return std::max(300U, static_cast<unsigned>(frames_in_half_buffer * 100));
  }

  bool copy(FrameSlot slot, VideoBytes& result, Failure& failure) {
    result = {0, false};
    vpx_codec_iter_t position = nullptr;
    while (const vpx_codec_cx_pkt_t* packet = vpx_codec_get_cx_data(&context_, &position)) {
      if (packet->kind != VPX_CODEC_CX_FRAME_PKT) continue;
      const auto& frame = packet->data.frame;
      if (frame.sz > slot.capacity_bytes) {
        failure.set("ERR_ENCODE", "a frame of VP8 is longer than the %zu bytes that there are for it",
                    slot.capacity_bytes);
        return false;
      }
      std::memcpy(slot.data, frame.buf, frame.sz);
      result = {frame.sz, (frame.flags & VPX_FRAME_IS_KEY) != 0};
    }
    return true;
  }

  vpx_codec_ctx_t context_{};
  vpx_codec_enc_cfg_t config_{};
  bool is_open_ = false;
  int64_t frame_us_ = 33'333;
  int64_t last_time_us_ = 0;
};

}  // namespace

std::unique_ptr<VideoCodec> open_vp8_codec(const VideoSettings& settings, Failure& failure) {
  return Vp8Codec::open(settings, failure);
}

}  // namespace pcs
