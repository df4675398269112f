// Decodes a JPEG to its own planes, without upsampling or colour conversion.
#pragma once

#include <cstdint>
#include <cstdio>  // jpeglib.h needs it
#include <stdexcept>
#include <vector>

extern "C" {
#include <jpeglib.h>
}

#include "picture.h"

namespace pcs::test {

struct DecodedJpeg {
  Picture picture;
  uint16_t luminance_table[64];
  bool is_jfif;
  unsigned restart_interval;
  long warnings;  // of libjpeg: damaged data
};

// Throws what libjpeg has against it.
inline DecodedJpeg decode_jpeg(const uint8_t* bytes, size_t length) {
  jpeg_decompress_struct decompress{};
  jpeg_error_mgr errors{};
  decompress.err = jpeg_std_error(&errors);
  errors.error_exit = [](j_common_ptr common) {
    char message[JMSG_LENGTH_MAX];
    common->err->format_message(common, message);
    throw std::runtime_error(message);  // through C frames: Debian's libjpeg is built with unwind tables
  };
  errors.output_message = [](j_common_ptr) {};
  jpeg_create_decompress(&decompress);
  jpeg_mem_src(&decompress, bytes, static_cast<unsigned long>(length));
  jpeg_read_header(&decompress, TRUE);
  decompress.raw_data_out = TRUE;
  decompress.dct_method = JDCT_ISLOW;
  jpeg_start_decompress(&decompress);

  const bool is_422 = decompress.max_v_samp_factor == 1;
  DecodedJpeg result{Picture(is_422 ? PixelLayout::kI422 : PixelLayout::kI420, decompress.output_width,
                             decompress.output_height),
                     {},
                     decompress.saw_JFIF_marker == TRUE,
                     decompress.restart_interval,
                     0};
  const JQUANT_TBL* table = decompress.quant_tbl_ptrs[decompress.comp_info[0].quant_tbl_no];
  for (int i = 0; i < 64; ++i) result.luminance_table[i] = table->quantval[i];

  const uint32_t padded = (decompress.output_width + 31) / 32 * 32;
  std::vector<uint8_t> rows(size_t{padded} * 16 * 3);
  JSAMPROW pointers[3][16];
  JSAMPARRAY planes[3];
  for (int i = 0; i < 3; ++i) {
    planes[i] = pointers[i];
    for (int row = 0; row < 16; ++row) pointers[i][row] = rows.data() + size_t{padded} * (i * 16 + row);
  }
  while (decompress.output_scanline < decompress.output_height) {
    const uint32_t first = decompress.output_scanline;
    jpeg_read_raw_data(&decompress, planes, 16);
    const uint32_t luma_rows = is_422 ? 8 : 16;
    for (int i = 0; i < 3; ++i) {
      Samples& plane = result.picture.planes[i];
      const uint32_t begin = i == 0 ? first : first / luma_rows * 8, count = i == 0 ? luma_rows : 8;
      for (uint32_t row = 0; row < count && begin + row < plane.height; ++row) {
        for (uint32_t x = 0; x < plane.width; ++x) plane.at(x, begin + row) = pointers[i][row][x];
      }
    }
  }
  jpeg_finish_decompress(&decompress);
  result.warnings = errors.num_warnings;
  jpeg_destroy_decompress(&decompress);
  return result;
}

}  // namespace pcs::test
