#include "video/video_picture.h"

#include <libyuv.h>

#include <cstring>

namespace pcs {
namespace {

// Full to limited range in 16 bits, which compilers turn into vectors: 220/256 is 219/255 and 225/256 is
// 224/255, within 0.15 of a level.
void narrow_luma(uint8_t* row, uint32_t columns) {
  for (uint32_t i = 0; i < columns; ++i)
    row[i] = static_cast<uint8_t>((static_cast<uint16_t>(row[i] * 220 + 128) >> 8) + 16);
}

void narrow_chroma(uint8_t* row, uint32_t columns) {
  constexpr int kOffset = 128 * 256 - 128 * 225 + 128;
  for (uint32_t i = 0; i < columns; ++i)
    row[i] = static_cast<uint8_t>(static_cast<uint16_t>(row[i] * 225 + kOffset) >> 8);
}

uint8_t* writable_row(const Plane& plane, uint32_t row) {
  return const_cast<uint8_t*>(plane.data) + size_t{row} * plane.stride;  // of bytes_ only
}

const uint8_t* row_of(const Plane& plane, bool reverse_rows, uint32_t row, uint32_t rows) {
  return plane.data + size_t{reverse_rows ? rows - 1 - row : row} * plane.stride;
}

}  // namespace

ImageView VideoPicture::of(const ImageView& image) {
  const uint32_t width = image.width & ~1U, height = image.height & ~1U;
  const bool fits = image.layout == PixelLayout::kI420 && image.range == ColorRange::kLimited &&
                    !image.mirror_rows && !image.reverse_rows;
  if (fits) {
    ImageView result = image;
    result.width = width;
    result.height = height;
    return result;
  }
  const size_t luma = size_t{width} * height, chroma = luma / 4;
  bytes_.resize(luma + 2 * chroma);
  row_.resize(width + 1);
  uint8_t* y = bytes_.data();
  const ImageView result{PixelLayout::kI420,
                         ColorRange::kLimited,
                         width,
                         height,
                         {{y, width}, {y + luma, width / 2}, {y + luma + chroma, width / 2}}};
  const ImageView view = [&] {
    ImageView even = image;
    even.width = width;
    even.height = height;
    return even;
  }();
  fill_luma(view, result.planes[0]);
  if (image.layout == PixelLayout::kNv12) {
    fill_interleaved(view, result.planes[1], result.planes[2]);
  } else {
    fill_chroma(view, 1, result.planes[1]);
    fill_chroma(view, 2, result.planes[2]);
  }
  return result;
}

void VideoPicture::fill_luma(const ImageView& image, const Plane& out) {
  for (uint32_t row = 0; row < image.height; ++row) {
    const uint8_t* from = row_of(image.planes[0], image.reverse_rows, row, image.height);
    uint8_t* to = writable_row(out, row);
    if (image.mirror_rows)
      libyuv::MirrorPlane(from, 0, to, 0, static_cast<int>(image.width), 1);
    else
      std::memcpy(to, from, image.width);
    if (image.range == ColorRange::kFull) narrow_luma(to, image.width);
  }
}

void VideoPicture::finish_chroma_row(const ImageView& image, uint8_t* row, uint32_t columns) {
  if (image.mirror_rows) {
    std::memcpy(row_.data(), row, columns);
    libyuv::MirrorPlane(row_.data(), 0, row, 0, static_cast<int>(columns), 1);
  }
  if (image.range == ColorRange::kFull) narrow_chroma(row, columns);
}

void VideoPicture::fill_chroma(const ImageView& image, int plane, const Plane& out) {
  const uint32_t columns = image.width / 2, rows = image.height / 2;
  const bool has_all_rows = image.layout == PixelLayout::kI422;
  for (uint32_t row = 0; row < rows; ++row) {
    uint8_t* to = writable_row(out, row);
    if (has_all_rows) {
      const uint8_t* first = row_of(image.planes[plane], image.reverse_rows, 2 * row, image.height);
      const uint8_t* second = row_of(image.planes[plane], image.reverse_rows, 2 * row + 1, image.height);
      for (uint32_t i = 0; i < columns; ++i) to[i] = static_cast<uint8_t>((first[i] + second[i] + 1) / 2);
    } else {
      std::memcpy(to, row_of(image.planes[plane], image.reverse_rows, row, rows), columns);
    }
    finish_chroma_row(image, to, columns);
  }
}

void VideoPicture::fill_interleaved(const ImageView& image, const Plane& u, const Plane& v) {
  const uint32_t columns = image.width / 2, rows = image.height / 2;
  for (uint32_t row = 0; row < rows; ++row) {
    uint8_t* to_u = writable_row(u, row);
    uint8_t* to_v = writable_row(v, row);
    libyuv::SplitUVPlane(row_of(image.planes[1], image.reverse_rows, row, rows), 0, to_u, 0, to_v, 0,
                         static_cast<int>(columns), 1);
    finish_chroma_row(image, to_u, columns);
    finish_chroma_row(image, to_v, columns);
  }
}

}  // namespace pcs
