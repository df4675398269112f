// RGB pictures and JPEGs of them with any sampling, by libjpeg alone.
#pragma once

#include <cstdint>
#include <cstdio>  // jpeglib.h needs it
#include <cstdlib>
#include <stdexcept>
#include <vector>

extern "C" {
#include <jpeglib.h>
}

namespace pcs::test {

struct RgbPicture {
  uint32_t width;
  uint32_t height;
  std::vector<uint8_t> pixels;  // three bytes each

  const uint8_t* at(uint32_t x, uint32_t y) const { return pixels.data() + (size_t{y} * width + x) * 3; }
};

// Red grows from left to right and green downwards, blue stays.
inline RgbPicture colour_slopes(uint32_t width, uint32_t height) {
  RgbPicture picture{width, height, {}};
  for (uint32_t y = 0; y < height; ++y)
    for (uint32_t x = 0; x < width; ++x)
      for (const uint32_t level : {40 + 160 * x / width, 40 + 160 * y / height, 100u})
        picture.pixels.push_back(static_cast<uint8_t>(level));
  return picture;
}

struct RgbJpegOptions {
  int luma_columns = 2;  // sampling factors of Y; those of Cb and Cr are 1
  int luma_rows = 2;
  bool is_grey = false;
  bool is_progressive = false;
};

inline std::vector<uint8_t> encode_rgb(const RgbPicture& picture, const RgbJpegOptions& options) {
  jpeg_compress_struct compress{};
  jpeg_error_mgr errors{};
  compress.err = jpeg_std_error(&errors);
  jpeg_create_compress(&compress);
  unsigned char* memory = nullptr;
  unsigned long bytes = 0;
  jpeg_mem_dest(&compress, &memory, &bytes);
  compress.image_width = picture.width;
  compress.image_height = picture.height;
  compress.input_components = 3;
  compress.in_color_space = JCS_RGB;
  jpeg_set_defaults(&compress);
  jpeg_set_quality(&compress, 95, TRUE);
  if (options.is_grey) jpeg_set_colorspace(&compress, JCS_GRAYSCALE);
  compress.comp_info[0].h_samp_factor = options.luma_columns;
  compress.comp_info[0].v_samp_factor = options.luma_rows;
  if (options.is_progressive) jpeg_simple_progression(&compress);
  jpeg_start_compress(&compress, TRUE);
  while (compress.next_scanline < compress.image_height) {
    auto* row = const_cast<JSAMPROW>(picture.at(0, compress.next_scanline));
    jpeg_write_scanlines(&compress, &row, 1);
  }
  jpeg_finish_compress(&compress);
  jpeg_destroy_compress(&compress);
  const std::vector<uint8_t> jpeg(memory, memory + bytes);
  std::free(memory);
  return jpeg;
}

}  // namespace pcs::test
