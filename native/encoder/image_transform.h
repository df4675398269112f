// Crop, scale and orientation, in that order of cost: by pointers, by reading order, by libyuv.
#pragma once

#include <cstdint>
#include <vector>

#include "core/failure.h"
#include "core/frame_source.h"
#include "encoder/image_view.h"

namespace pcs {

struct Size {
  uint32_t width;
  uint32_t height;
  bool operator==(const Size&) const = default;
};

// In pixels of the picture as the viewer sees it, after orientation: the result is the same whether the
// camera or this code turns the picture. A width or height of 0 reaches to the edge. Offsets are rounded
// down to even numbers, where chroma samples begin.
struct CropRectangle {
  uint32_t x;
  uint32_t y;
  uint32_t width;
  uint32_t height;
};

struct TransformOptions {
  Orientation orientation = Orientation::kNone;
  CropRectangle crop{};
  Size target{};  // of the result; 0 x 0: no scaling
};

// Turns raw frames of one size into pictures ready to be encoded. Keeps its buffers from frame to frame.
class ImageTransform {
 public:
  explicit ImageTransform(const TransformOptions& options) : options_(options) {}

  // The size of the result for frames of this size, or a Failure: the crop lies outside the picture.
  static bool output_size(const TransformOptions& options, Size input, Size& output, Failure& failure);

  // A view into the frame where cropping and flipping suffice, else into buffers of this object, valid until
  // the next call. 4:2:2 becomes 4:2:0 when it is scaled or turned by 90 degrees.
  bool apply(const RawFrame& frame, ImageView& result, Failure& failure);

 private:
  struct I420Buffer {
    std::vector<uint8_t> bytes;
    ImageView view(Size size, ColorRange range);
  };

  ImageView to_i420(const ImageView& image);
  ImageView scale(const ImageView& image, Size size);
  ImageView rotate(const ImageView& image, bool clockwise);

  TransformOptions options_;
  I420Buffer converted_;
  I420Buffer scaled_;
  I420Buffer rotated_;
};

}  // namespace pcs
