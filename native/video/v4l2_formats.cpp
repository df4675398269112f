// Documentation/userspace-api/media/v4l/dev-encoder.rst, "Initialization", steps 1 to 6. The order counts:
// the format of CAPTURE decides which ones OUTPUT has.
#include <linux/videodev2.h>

#include <algorithm>
#include <cmath>

#include "video/v4l2_settings.h"

namespace pcs {
namespace {

constexpr uint32_t kMacroblock = 16;

void describe(const VideoSettings& settings, uint32_t pixel_format, v4l2_pix_format_mplane& format) {
  format.width = settings.width;
  format.height = settings.height;
  format.pixelformat = pixel_format;
  format.field = V4L2_FIELD_NONE;
  format.num_planes = 1;
  // BT.601, limited range, as VideoPicture makes it; the rest of sRGB.
  format.colorspace = V4L2_COLORSPACE_SRGB;
  format.xfer_func = V4L2_XFER_FUNC_SRGB;
  format.ycbcr_enc = V4L2_YCBCR_ENC_601;
  format.quantization = V4L2_QUANTIZATION_LIM_RANGE;
}

bool set_coded_format(const V4l2Encoder& encoder, const VideoSettings& settings, Failure& failure) {
  v4l2_format format{};
  format.type = V4L2_BUF_TYPE_VIDEO_CAPTURE_MPLANE;
  describe(settings, V4L2_PIX_FMT_H264, format.fmt.pix_mp);
  // 8 bit a pixel. Frames of video have a tenth of it; for small ones drivers take more than was asked for.
  format.fmt.pix_mp.plane_fmt[0].sizeimage = settings.width * settings.height;
  if (!encoder.call(VIDIOC_S_FMT, &format, "set the format of video", failure)) return false;
  const auto& given = format.fmt.pix_mp;  // its size is said by the raw format, which comes after it
  return (given.pixelformat == V4L2_PIX_FMT_H264 && given.num_planes == 1) ||
         encoder.fail(failure, "takes another format than H.264");
}

bool set_raw_format(const V4l2Encoder& encoder, const VideoSettings& settings, v4l2_pix_format_mplane& given,
                    Failure& failure) {
  v4l2_format format{};
  format.type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
  describe(settings, V4L2_PIX_FMT_YUV420, format.fmt.pix_mp);
  if (!encoder.call(VIDIOC_S_FMT, &format, "set the format of raw frames", failure)) return false;
  given = format.fmt.pix_mp;
  return (given.pixelformat == V4L2_PIX_FMT_YUV420 && given.num_planes == 1) ||
         encoder.fail(failure, "takes other raw frames than YUV 4:2:0 in one plane");
}

// Whether this is what was asked for, filled up to whole macroblocks at most.
bool is_padded(uint32_t given, uint32_t wanted) {
  return given >= wanted && given - wanted < kMacroblock;
}

// The padding belongs to no picture.
bool set_crop(const V4l2Encoder& encoder, const VideoSettings& settings, Failure& failure) {
  v4l2_selection selection{};
  selection.type = V4L2_BUF_TYPE_VIDEO_OUTPUT;  // also of a queue with several planes
  selection.target = V4L2_SEL_TGT_CROP;
  selection.r.width = settings.width;
  selection.r.height = settings.height;
  if (!encoder.call(VIDIOC_S_SELECTION, &selection, "leave padding out", failure)) return false;
  const v4l2_rect& given = selection.r;
  return (given.left == 0 && given.top == 0 && given.width == settings.width &&
          given.height == settings.height) ||
         encoder.fail(failure, "does not leave padding out");
}

bool set_frame_interval(const V4l2Encoder& encoder, double fps, Failure& failure) {
  v4l2_streamparm parameters{};
  parameters.type = V4L2_BUF_TYPE_VIDEO_OUTPUT_MPLANE;
  parameters.parm.output.timeperframe.numerator = 1000;
  parameters.parm.output.timeperframe.denominator =
      static_cast<uint32_t>(std::clamp(std::lround(fps * 1000), 1L, 1'000'000L));
  return encoder.call(VIDIOC_S_PARM, &parameters, "set the frame rate", failure);
}

}  // namespace

bool set_formats(const V4l2Encoder& encoder, const VideoSettings& settings, V4l2RawFormat& raw,
                 Failure& failure) {
  v4l2_pix_format_mplane given{};
  if (!set_coded_format(encoder, settings, failure) || !set_raw_format(encoder, settings, given, failure))
    return false;
  if (!is_padded(given.width, settings.width) || !is_padded(given.height, settings.height)) {
    return encoder.fail(failure, "has not the size " + std::to_string(settings.width) + "x" +
                                     std::to_string(settings.height));
  }
  const v4l2_plane_pix_format& plane = given.plane_fmt[0];
  raw = {plane.bytesperline, given.height};
  if (raw.stride < settings.width || raw.stride % 2 != 0 || raw.rows % 2 != 0 ||
      plane.sizeimage < raw.bytes())
    return encoder.fail(failure, "has buffers that are too small for their frames");
  const bool has_padding = given.width != settings.width || given.height != settings.height;
  if (has_padding && !set_crop(encoder, settings, failure)) return false;
  return set_frame_interval(encoder, settings.fps, failure);
}

}  // namespace pcs
