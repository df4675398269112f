#include "encoder/image_transform.h"

#include <libyuv.h>

#include <utility>

namespace pcs {
namespace {

bool swaps_axes(Orientation orientation) {
  return orientation == Orientation::kRotate90 || orientation == Orientation::kRotate270;
}

Size oriented(Size size, Orientation orientation) {
  return swaps_axes(orientation) ? Size{size.height, size.width} : size;
}

// The crop rectangle rounded and with its defaults filled in, still as the viewer sees it. False when it is
// not inside.
bool resolve_crop(const CropRectangle& wanted, Size viewed, CropRectangle& crop) {
  crop = {wanted.x & ~1U, wanted.y & ~1U, wanted.width, wanted.height};
  if (wanted.x >= viewed.width || wanted.y >= viewed.height) return false;
  if (crop.width == 0) crop.width = viewed.width - crop.x;
  if (crop.height == 0) crop.height = viewed.height - crop.y;
  return crop.width <= viewed.width - crop.x && crop.height <= viewed.height - crop.y;
}

// The same rectangle in the pixels of the frame before it is turned.
CropRectangle before_orientation(const CropRectangle& crop, Orientation orientation, Size frame) {
  const uint32_t right = frame.width - crop.x - crop.width;
  const uint32_t bottom = frame.height - crop.y - crop.height;
  switch (orientation) {
    case Orientation::kHorizontalFlip:
      return {right, crop.y, crop.width, crop.height};
    case Orientation::kVerticalFlip:
      return {crop.x, bottom, crop.width, crop.height};
    case Orientation::kRotate180:
      return {right, bottom, crop.width, crop.height};
    // Clockwise: the viewer's x runs up the frame's columns, the viewer's y along its rows.
    case Orientation::kRotate90:
      return {crop.y, frame.height - crop.x - crop.width, crop.height, crop.width};
    case Orientation::kRotate270:
      return {frame.width - crop.y - crop.height, crop.x, crop.height, crop.width};
    case Orientation::kNone:
      break;
  }
  return crop;
}

ImageView crop_view(const RawFrame& frame, CropRectangle crop) {
  crop.x &= ~1U;
  crop.y &= ~1U;
  ImageView view{frame.layout, frame.range, crop.width, crop.height, {}};
  const uint32_t chroma_y = frame.layout == PixelLayout::kI422 ? crop.y : crop.y / 2;
  const uint32_t chroma_x = frame.layout == PixelLayout::kNv12 ? crop.x : crop.x / 2;
  const int plane_count = frame.layout == PixelLayout::kNv12 ? 2 : 3;
  for (int i = 0; i < plane_count; ++i) {
    const Plane& plane = frame.planes[i];
    const size_t row = i == 0 ? crop.y : chroma_y;
    const size_t column = i == 0 ? crop.x : chroma_x;
    view.planes[i] = {plane.data + row * plane.stride + column, plane.stride};
  }
  return view;
}

uint8_t* writable(const Plane& plane) {
  return const_cast<uint8_t*>(plane.data);  // only of views into this file's own buffers
}

}  // namespace

bool ImageTransform::output_size(const TransformOptions& options, Size input, Size& output,
                                 Failure& failure) {
  const Size viewed = oriented(input, options.orientation);
  CropRectangle crop{};
  if (!resolve_crop(options.crop, viewed, crop)) {
    failure.set("ERR_CONFIG_CONFLICT", "crop %ux%u at %u,%u does not lie inside the picture, which is %ux%u",
                options.crop.width, options.crop.height, options.crop.x, options.crop.y, viewed.width,
                viewed.height);
    return false;
  }
  output = options.target.width ? options.target : Size{crop.width, crop.height};
  return true;
}

bool ImageTransform::apply(const RawFrame& frame, ImageView& result, Failure& failure) {
  const Size input{frame.width, frame.height};
  Size output{};
  if (!output_size(options_, input, output, failure)) return false;

  CropRectangle crop{};
  resolve_crop(options_.crop, oriented(input, options_.orientation), crop);
  ImageView image = crop_view(frame, before_orientation(crop, options_.orientation, input));

  const Size before_turn = oriented(output, options_.orientation);
  if (Size{image.width, image.height} != before_turn) image = scale(to_i420(image), before_turn);
  switch (options_.orientation) {
    case Orientation::kRotate90:
      image = rotate(to_i420(image), true);
      break;
    case Orientation::kRotate270:
      image = rotate(to_i420(image), false);
      break;
    default:
      break;
  }
  const bool half_turn = options_.orientation == Orientation::kRotate180;
  image.mirror_rows = half_turn || options_.orientation == Orientation::kHorizontalFlip;
  image.reverse_rows = half_turn || options_.orientation == Orientation::kVerticalFlip;
  result = image;
  return true;
}

ImageView ImageTransform::I420Buffer::view(Size size, ColorRange range) {
  const size_t luma = size_t{size.width} * size.height;
  const uint32_t columns = chroma_width(size.width);
  const size_t chroma = size_t{columns} * chroma_height(PixelLayout::kI420, size.height);
  bytes.resize(luma + 2 * chroma);
  uint8_t* y = bytes.data();
  return {PixelLayout::kI420,
          range,
          size.width,
          size.height,
          {{y, size.width}, {y + luma, columns}, {y + luma + chroma, columns}}};
}

ImageView ImageTransform::to_i420(const ImageView& image) {
  if (image.layout == PixelLayout::kI420) return image;
  const ImageView out = converted_.view({image.width, image.height}, image.range);
  const auto& [y, u, v] = image.planes;
  const auto& [out_y, out_u, out_v] = out.planes;
  const int width = static_cast<int>(image.width), height = static_cast<int>(image.height);
  const auto stride = [](const Plane& plane) { return static_cast<int>(plane.stride); };
  if (image.layout == PixelLayout::kNv12) {
    libyuv::NV12ToI420(y.data, stride(y), u.data, stride(u), writable(out_y), stride(out_y), writable(out_u),
                       stride(out_u), writable(out_v), stride(out_v), width, height);
  } else {
    libyuv::I422ToI420(y.data, stride(y), u.data, stride(u), v.data, stride(v), writable(out_y),
                       stride(out_y), writable(out_u), stride(out_u), writable(out_v), stride(out_v), width,
                       height);
  }
  return out;
}

ImageView ImageTransform::scale(const ImageView& image, Size size) {
  const ImageView out = scaled_.view(size, image.range);
  const auto& [y, u, v] = image.planes;
  const auto& [out_y, out_u, out_v] = out.planes;
  const auto stride = [](const Plane& plane) { return static_cast<int>(plane.stride); };
  libyuv::I420Scale(y.data, stride(y), u.data, stride(u), v.data, stride(v), static_cast<int>(image.width),
                    static_cast<int>(image.height), writable(out_y), stride(out_y), writable(out_u),
                    stride(out_u), writable(out_v), stride(out_v), static_cast<int>(size.width),
                    static_cast<int>(size.height), libyuv::kFilterBox);
  return out;
}

ImageView ImageTransform::rotate(const ImageView& image, bool clockwise) {
  const ImageView out = rotated_.view({image.height, image.width}, image.range);
  const auto& [y, u, v] = image.planes;
  const auto& [out_y, out_u, out_v] = out.planes;
  const auto stride = [](const Plane& plane) { return static_cast<int>(plane.stride); };
  libyuv::I420Rotate(y.data, stride(y), u.data, stride(u), v.data, stride(v), writable(out_y), stride(out_y),
                     writable(out_u), stride(out_u), writable(out_v), stride(out_v),
                     static_cast<int>(image.width), static_cast<int>(image.height),
                     clockwise ? libyuv::kRotate90 : libyuv::kRotate270);
  return out;
}

}  // namespace pcs
