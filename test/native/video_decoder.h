// Decodes video, one frame at a time, by the decoders that this machine's openh264 and libvpx have besides.
#pragma once

#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>
#include <wels/codec_api.h>

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

#include "picture.h"

namespace pcs::test {

class VideoDecoder {
 public:
  virtual ~VideoDecoder() = default;
  // The picture of one frame. Throws when there is none.
  virtual Picture decode(const std::vector<uint8_t>& frame) = 0;
};

inline Picture copied(const uint8_t* const planes[3], const int strides[3], int width, int height) {
  ImageView view{PixelLayout::kI420,
                 ColorRange::kLimited,
                 static_cast<uint32_t>(width),
                 static_cast<uint32_t>(height),
                 {}};
  for (int i = 0; i < 3; ++i) view.planes[i] = {planes[i], static_cast<uint32_t>(strides[i])};
  return picture_of(view);
}

class H264Decoder final : public VideoDecoder {
 public:
  H264Decoder() {
    WelsCreateDecoder(&decoder_);
    int quiet = WELS_LOG_QUIET;
    decoder_->SetOption(DECODER_OPTION_TRACE_LEVEL, &quiet);
    SDecodingParam parameters{};
    parameters.sVideoProperty.eVideoBsType = VIDEO_BITSTREAM_AVC;
    parameters.eEcActiveIdc = ERROR_CON_DISABLE;
    decoder_->Initialize(&parameters);
  }
  ~H264Decoder() override {
    decoder_->Uninitialize();
    WelsDestroyDecoder(decoder_);
  }
  H264Decoder(const H264Decoder&) = delete;
  H264Decoder& operator=(const H264Decoder&) = delete;

  Picture decode(const std::vector<uint8_t>& frame) override {
    uint8_t* planes[3]{};
    SBufferInfo info{};
    const int state =
        decoder_->DecodeFrameNoDelay(frame.data(), static_cast<int>(frame.size()), planes, &info);
    if (state != dsErrorFree || info.iBufferStatus != 1)
      throw std::runtime_error("openh264 decodes nothing: " + std::to_string(state));
    const SSysMEMBuffer& buffer = info.UsrData.sSystemBuffer;
    const int strides[3] = {buffer.iStride[0], buffer.iStride[1], buffer.iStride[1]};
    return copied(planes, strides, buffer.iWidth, buffer.iHeight);
  }

 private:
  ISVCDecoder* decoder_ = nullptr;
};

class Vp8Decoder final : public VideoDecoder {
 public:
  Vp8Decoder() { vpx_codec_dec_init(&context_, vpx_codec_vp8_dx(), nullptr, 0); }
  ~Vp8Decoder() override { vpx_codec_destroy(&context_); }
  Vp8Decoder(const Vp8Decoder&) = delete;
  Vp8Decoder& operator=(const Vp8Decoder&) = delete;

  Picture decode(const std::vector<uint8_t>& frame) override {
    vpx_codec_iter_t position = nullptr;
    if (vpx_codec_decode(&context_, frame.data(), static_cast<unsigned>(frame.size()), nullptr, 0) !=
        VPX_CODEC_OK)
      throw std::runtime_error(vpx_codec_error(&context_));
    const vpx_image_t* image = vpx_codec_get_frame(&context_, &position);
    if (image == nullptr) throw std::runtime_error("libvpx decodes nothing");
    return copied(image->planes, image->stride, static_cast<int>(image->d_w), static_cast<int>(image->d_h));
  }

 private:
  vpx_codec_ctx_t context_{};
};

}  // namespace pcs::test
