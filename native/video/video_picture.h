// What video encoders take: 4:2:0 in three planes, limited range, even size, rows from the top.
#pragma once

#include <cstdint>
#include <vector>

#include "encoder/image_view.h"

namespace pcs {

// Brings pictures into that form; one that has it already is passed on as it is. Decoders of video expect
// limited range (ITU-R BT.601: luma 16..235, chroma 16..240), and not all heed a stream that says otherwise.
class VideoPicture {
 public:
  // An odd last column or row is left out. Valid until the next call, and as long as image is.
  ImageView of(const ImageView& image);

 private:
  void fill_luma(const ImageView& image, const Plane& out);
  void fill_chroma(const ImageView& image, int plane, const Plane& out);
  void fill_interleaved(const ImageView& image, const Plane& u, const Plane& v);
  void finish_chroma_row(const ImageView& image, uint8_t* row, uint32_t columns);

  std::vector<uint8_t> bytes_;
  std::vector<uint8_t> row_;  // one, because libyuv cannot mirror in place
};

}  // namespace pcs
