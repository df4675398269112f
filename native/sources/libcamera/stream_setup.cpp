#include "sources/libcamera/stream_setup.h"

#include <libcamera/formats.h>
#include <libcamera/stream.h>

#include <algorithm>
#include <cstring>

#include "sources/libcamera/orientation.h"

namespace pcs {
namespace {

using libcamera::Camera;
using libcamera::CameraConfiguration;
using libcamera::ColorSpace;
using libcamera::StreamConfiguration;

std::optional<PixelLayout> layout_of(const libcamera::PixelFormat& format) {
  if (format == libcamera::formats::YUV420) return PixelLayout::kI420;
  if (format == libcamera::formats::NV12) return PixelLayout::kNv12;
  return std::nullopt;
}

// The most bits that the sensor has at this size, where none were asked for. 0: it has no such mode.
uint32_t bits_of(Camera& camera, const SensorMode& mode) {
  uint32_t bits = mode.bit_depth;
  if (bits != 0) return bits;
  for (const auto& each : sensor_modes(camera)) {
    if (each.width == mode.width && each.height == mode.height) bits = std::max(bits, each.bit_depth);
  }
  return bits;
}

void set_sensor_mode_refused(Camera& camera, const SensorMode& mode, Failure& failure) {
  std::string modes;
  for (const auto& each : sensor_modes(camera)) {
    modes += (modes.empty() ? "" : ", ") + std::to_string(each.width) + "x" + std::to_string(each.height) +
             " at " + std::to_string(each.bit_depth) + " bits";
  }
  failure.set("ERR_CAMERA_CONFIG", "the sensor of %s has no mode %ux%u at %u bits; it has: %s",
              camera.id().c_str(), mode.width, mode.height, mode.bit_depth,
              modes.empty() ? "none that it tells" : modes.c_str());
}

void set_no_format(Camera& camera, const CameraConfiguration& configuration, Failure& failure) {
  std::string formats;
  for (const auto& format : configuration.at(0).formats().pixelformats())
    formats += (formats.empty() ? "" : ", ") + format.toString();
  failure.set("ERR_CAMERA_CONFIG",
              "%s delivers neither YUV420 nor NV12, which is what can be encoded; it has: %s",
              camera.id().c_str(), formats.c_str());
}

void ask(Camera& camera, const CameraOptions& options, const libcamera::PixelFormat& format,
         CameraConfiguration& configuration) {
  StreamConfiguration& stream = configuration.at(0);
  stream.pixelFormat = format;
  stream.size = {options.width, options.height};
  stream.colorSpace = ColorSpace::Sycc;  // full-range BT.601: what JFIF means by YCbCr
  stream.bufferCount = options.buffer_count;
  stream.stride = 0;  // else the stride of the default size would be kept
  // A simulated camera would claim to turn the picture.
  configuration.orientation =
      is_simulated(camera) ? libcamera::Orientation::Rotate0 : orientation_to_ask(options.orientation);
  if (options.sensor_mode) {
    libcamera::SensorConfiguration sensor;
    sensor.outputSize = {options.sensor_mode->width, options.sensor_mode->height};
    sensor.bitDepth = bits_of(camera, *options.sensor_mode);
    configuration.sensorConfig = sensor;
  }
}

// The first of our formats that the camera agrees to, validated.
std::unique_ptr<CameraConfiguration> negotiate(Camera& camera, const CameraOptions& options,
                                               Failure& failure) {
  for (const auto& format : {libcamera::formats::YUV420, libcamera::formats::NV12}) {
    auto configuration = camera.generateConfiguration({libcamera::StreamRole::VideoRecording});
    if (!configuration || configuration->empty()) {
      failure.set("ERR_CAMERA_CONFIG", "%s has no video stream", camera.id().c_str());
      return nullptr;
    }
    ask(camera, options, format, *configuration);
    if (configuration->validate() == CameraConfiguration::Invalid) {
      if (options.sensor_mode)
        set_sensor_mode_refused(camera, *options.sensor_mode, failure);
      else
        failure.set("ERR_CAMERA_CONFIG", "%s cannot deliver %ux%u", camera.id().c_str(), options.width,
                    options.height);
      return nullptr;
    }
    if (layout_of(configuration->at(0).pixelFormat)) return configuration;
    set_no_format(camera, *configuration, failure);
  }
  return nullptr;
}

// Without a colour space, video is limited by convention.
ColorRange range_of(const std::optional<ColorSpace>& space) {
  return space && space->range == ColorSpace::Range::Full ? ColorRange::kFull : ColorRange::kLimited;
}

}  // namespace

std::optional<StreamSetup> configure_stream(Camera& camera, const CameraOptions& options, Failure& failure) {
  const auto configuration = negotiate(camera, options, failure);
  if (!configuration) return std::nullopt;
  if (const int result = camera.configure(configuration.get()); result != 0) {
    failure.set("ERR_CAMERA_CONFIG", "%s refuses %s: %s", camera.id().c_str(),
                configuration->at(0).toString().c_str(), strerror(-result));
    return std::nullopt;
  }
  const StreamConfiguration& stream = configuration->at(0);
  StreamSetup setup{};
  setup.stream = stream.stream();
  setup.layout = *layout_of(stream.pixelFormat);
  setup.range = range_of(stream.colorSpace);
  setup.pending_orientation = pending_orientation(options.orientation, configuration->orientation);
  setup.width = stream.size.width;
  setup.height = stream.size.height;
  setup.stride = stream.stride;
  setup.frame_bytes = stream.frameSize;
  // The virtual pipeline names a number of buffers but does not depend on it.
  setup.buffer_count = is_simulated(camera) ? options.buffer_count : stream.bufferCount;
  setup.color_label = ColorSpace::toString(stream.colorSpace);
  return setup;
}

}  // namespace pcs
