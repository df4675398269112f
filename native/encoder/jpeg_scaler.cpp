#include "encoder/jpeg_scaler.h"

#include "encoder/libjpeg_parts.h"

namespace pcs {
namespace {

constexpr int kQuality = 80;

// A decoder and an encoder that hand rows from one to the other, as RGB: the one colour space that libjpeg
// converts all others to.
class JpegScaler {
 public:
  JpegScaler() {
    // All that libjpeg warns of is damaged data.
    errors_.manager.emit_message = [](j_common_ptr common, int level) {
      if (level < 0) escape_on_error(common);
    };
    decompress_.err = compress_.err = &errors_.manager;
    jpeg_create_decompress(&decompress_);
    jpeg_create_compress(&compress_);
    compress_.dest = &destination_.manager;
  }
  ~JpegScaler() {
    jpeg_destroy_compress(&compress_);
    jpeg_destroy_decompress(&decompress_);
  }
  JpegScaler(const JpegScaler&) = delete;
  JpegScaler& operator=(const JpegScaler&) = delete;

  size_t scale(const uint8_t* jpeg, size_t jpeg_bytes, uint32_t denominator, FrameSlot out,
               Failure& failure) {
    destination_.out = out;
    if (setjmp(errors_.escape) != 0) return fail(jpeg_bytes, errors_.message, failure);
    jpeg_mem_src(&decompress_, jpeg, static_cast<unsigned long>(jpeg_bytes));
    jpeg_read_header(&decompress_, TRUE);
    if (const char* reason = refusal()) return fail(jpeg_bytes, reason, failure);
    begin(denominator);
    copy_rows();
    jpeg_finish_decompress(&decompress_);
    jpeg_finish_compress(&compress_);
    return destination_.bytes_written();
  }

 private:
  static size_t fail(size_t jpeg_bytes, const char* reason, Failure& failure) {
    failure.set("ERR_ENCODE", "a JPEG of %zu bytes was not scaled: %s", jpeg_bytes, reason);
    return 0;
  }

  // A few bytes can ask for any amount of memory and time.
  const char* refusal() {
    if (jpeg_has_multiple_scans(&decompress_)) return "it has several scans";
    if (uint64_t{decompress_.image_width} * decompress_.image_height > kMaxPixelsToScale)
      return "it is too large";
    return nullptr;
  }

  void begin(uint32_t denominator) {
    decompress_.scale_num = 1;
    decompress_.scale_denom = denominator;
    decompress_.out_color_space = JCS_RGB;
    jpeg_start_decompress(&decompress_);
    compress_.image_width = decompress_.output_width;
    compress_.image_height = decompress_.output_height;
    compress_.input_components = 3;
    compress_.in_color_space = JCS_RGB;
    jpeg_set_defaults(&compress_);  // 4:2:0 among them
    jpeg_set_quality(&compress_, kQuality, TRUE);
    jpeg_start_compress(&compress_, TRUE);
  }

  void copy_rows() {
    // The decoder's memory, because it goes with the decoder, also after a jump.
    JSAMPARRAY row = decompress_.mem->alloc_sarray(reinterpret_cast<j_common_ptr>(&decompress_), JPOOL_IMAGE,
                                                   decompress_.output_width * 3, 1);
    while (decompress_.output_scanline < decompress_.output_height) {
      jpeg_read_scanlines(&decompress_, row, 1);
      jpeg_write_scanlines(&compress_, row, 1);
    }
  }

  LibjpegErrors errors_;
  LibjpegDestination destination_;
  jpeg_decompress_struct decompress_{};
  jpeg_compress_struct compress_{};
};

}  // namespace

size_t scale_jpeg(const uint8_t* jpeg, size_t jpeg_bytes, uint32_t denominator, FrameSlot out,
                  Failure& failure) {
  return JpegScaler().scale(jpeg, jpeg_bytes, denominator, out, failure);
}

}  // namespace pcs
