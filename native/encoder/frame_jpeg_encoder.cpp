#include "encoder/frame_jpeg_encoder.h"

#include <cinttypes>
#include <cstring>

namespace pcs {
namespace {

constexpr uint32_t kMaxThreads = 8;

bool copy_jpeg(const RawFrame& frame, FrameSlot slot, Failure& failure) {
  if (frame.jpeg_bytes > slot.capacity_bytes) {
    failure.set("ERR_ENCODE", "a JPEG of %" PRIu64 " bytes came, where at most %zu were announced",
                frame.jpeg_bytes, slot.capacity_bytes);
    return false;
  }
  std::memcpy(slot.data, frame.planes[0].data, frame.jpeg_bytes);
  return true;
}

bool changes_picture(const TransformOptions& transform) {
  const CropRectangle& crop = transform.crop;
  return transform.orientation != Orientation::kNone || transform.target.width != 0 || crop.x != 0 ||
         crop.y != 0 || crop.width != 0 || crop.height != 0;
}

}  // namespace

bool FrameJpegEncoder::encode(const RawFrame& frame, FrameSlot slot, EncodeProgress* progress,
                              EncodedFrame& result, Failure& failure) {
  if (frame.layout == PixelLayout::kJpeg) {
    if (!copy_jpeg(frame, slot, failure)) return false;
    result.width = frame.width;
    result.height = frame.height;
    result.jpeg_bytes = frame.jpeg_bytes;
    result.passed_through = true;
    return true;
  }
  ImageView image{};
  if (!transform_.apply(frame, image, failure)) return false;
  if (range_ != RangeOverride::kAuto) {
    image.range = range_ == RangeOverride::kFull ? ColorRange::kFull : ColorRange::kLimited;
  }
  result.width = image.width;
  result.height = image.height;
  const JpegSettings settings{quality_, restart_interval_};
  result.quality = settings.quality;
  result.jpeg_bytes = jpeg_.encode(image, settings, slot, progress, failure);
  return result.jpeg_bytes > 0;
}

bool FrameJpegEncoder::plan(const EncodeOptions& options, const SourceInfo& source, Output& output,
                            Failure& failure) {
  if (options.threads < 1 || options.threads > kMaxThreads ||
      (options.threads > 1 && options.restart_interval == 0)) {
    failure.set("ERR_CONFIG_CONFLICT",
                "a frame is encoded by 1 to %u threads, and by more than one only with restart markers",
                kMaxThreads);
    return false;
  }
  if (source.layout == PixelLayout::kJpeg) {
    if (changes_picture(options.transform)) {
      failure.set("ERR_CONFIG_CONFLICT",
                  "%s delivers JPEG, which is passed on as it is: flip, crop and scaling need raw frames",
                  source.name);
      return false;
    }
    output = {{source.width, source.height}, source.max_jpeg_bytes};
    return true;
  }
  if (!ImageTransform::output_size(options.transform, {source.width, source.height}, output.size, failure)) {
    return false;
  }
  if (output.size.width > kMaxDimension || output.size.height > kMaxDimension) {
    failure.set("ERR_JPEG_SIZE", "a JPEG is at most %u pixels wide and high, not %ux%u", kMaxDimension,
                output.size.width, output.size.height);
    return false;
  }
  output.max_bytes = JpegEncoder::max_bytes(source.layout, output.size.width, output.size.height);
  return true;
}

}  // namespace pcs
