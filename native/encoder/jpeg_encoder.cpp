#include "encoder/jpeg_encoder.h"

#include <algorithm>

#include "encoder/libjpeg_parts.h"
#include "encoder/mcu_row.h"

namespace pcs {

struct JpegEncoder::Codec {
  jpeg_compress_struct compress{};
  LibjpegErrors errors;
  LibjpegDestination destination;
  McuRow mcu_row;

  size_t encode(const ImageView& image, const JpegSettings& settings, const Stripe& stripe, FrameSlot out,
                EncodeProgress* progress, Failure& failure);
  void configure(const ImageView& image, const JpegSettings& settings, uint32_t height);
  void write_rows(const ImageView& image, uint32_t first_row, EncodeProgress* progress);
};

JpegEncoder::JpegEncoder() : codec_(std::make_unique<Codec>()) {
  codec_->compress.err = &codec_->errors.manager;
  jpeg_create_compress(&codec_->compress);
  codec_->compress.dest = &codec_->destination.manager;
}

JpegEncoder::~JpegEncoder() {
  jpeg_destroy_compress(&codec_->compress);
}

size_t JpegEncoder::encode(const ImageView& image, const JpegSettings& settings, FrameSlot out,
                           EncodeProgress* progress, Failure& failure) {
  return codec_->encode(image, settings, {0, image.height}, out, progress, failure);
}

size_t JpegEncoder::encode_stripe(const ImageView& image, const JpegSettings& settings, const Stripe& stripe,
                                  FrameSlot out, Failure& failure) {
  return codec_->encode(image, settings, stripe, out, nullptr, failure);
}

void JpegEncoder::Codec::configure(const ImageView& image, const JpegSettings& settings, uint32_t height) {
  const bool is_422 = image.layout == PixelLayout::kI422;
  compress.image_width = image.width;
  compress.image_height = height;
  compress.input_components = 3;
  compress.in_color_space = JCS_YCbCr;
  jpeg_set_defaults(&compress);
  jpeg_set_quality(&compress, settings.quality, TRUE);
  compress.raw_data_in = TRUE;
  compress.dct_method = JDCT_ISLOW;
  compress.restart_interval = settings.restart_interval;
  compress.comp_info[0].h_samp_factor = 2;
  compress.comp_info[0].v_samp_factor = is_422 ? 1 : 2;
  for (int i = 1; i < 3; ++i) compress.comp_info[i].h_samp_factor = compress.comp_info[i].v_samp_factor = 1;
}

void JpegEncoder::Codec::write_rows(const ImageView& image, uint32_t first_row, EncodeProgress* progress) {
  JSAMPARRAY planes[3];
  for (int i = 0; i < 3; ++i) planes[i] = const_cast<JSAMPARRAY>(mcu_row.rows(i));
  while (compress.next_scanline < compress.image_height) {
    mcu_row.gather(image, first_row + compress.next_scanline);
    jpeg_write_raw_data(&compress, planes, mcu_row.luma_rows());
    // libjpeg writes the whole header with the first row, and of the last row some bits are still to come.
    if (progress && compress.next_scanline < compress.image_height)
      progress->on_bytes_ready(destination.bytes_written());
  }
}

size_t JpegEncoder::Codec::encode(const ImageView& image, const JpegSettings& settings, const Stripe& stripe,
                                  FrameSlot out, EncodeProgress* progress, Failure& failure) {
  mcu_row.reset(image.layout, image.width);
  destination.out = out;
  if (setjmp(errors.escape) != 0) {
    jpeg_abort_compress(&compress);
    failure.set("ERR_ENCODE", "a picture of %ux%u was not encoded: %s", image.width, image.height,
                errors.message);
    return 0;
  }
  configure(image, settings, std::min(stripe.row_count, image.height - stripe.first_row));
  jpeg_start_compress(&compress, TRUE);
  write_rows(image, stripe.first_row, progress);
  jpeg_finish_compress(&compress);
  return destination.bytes_written();
}

size_t JpegEncoder::max_bytes(PixelLayout layout, uint32_t width, uint32_t height) {
  constexpr size_t kHeaderBytes = 2048;
  const size_t bytes_per_pixel = layout == PixelLayout::kI422 ? 4 : 3;
  const size_t padded_width = (size_t{width} + 15) / 16 * 16;
  const size_t padded_height = (size_t{height} + 15) / 16 * 16;
  return padded_width * padded_height * bytes_per_pixel + kHeaderBytes;
}

}  // namespace pcs
