// A raw picture that a FrameSource lends, and what is known about it.
//
// Everything here crosses the border between two addons that may come from different compilers, so it is
// trivially copyable: fixed-width integers, plain pointers and C function pointers only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <type_traits>

namespace pcs {

enum class PixelLayout : uint32_t {
  kI420,  // three planes, chroma halved in both directions
  kI422,  // three planes, chroma halved horizontally
  kNv12,  // two planes, U and V interleaved in the second, chroma halved in both directions
  kJpeg,  // planes[0] holds a complete JPEG file of jpeg_bytes bytes
};

// JFIF means full range. Limited-range pictures are converted before they are encoded.
enum class ColorRange : uint32_t { kFull, kLimited };

// What is still to be done to the picture, in the terms of the configuration's flip_method. Rotations are
// clockwise.
enum class Orientation : uint32_t {
  kNone,
  kHorizontalFlip,
  kVerticalFlip,
  kRotate90,
  kRotate180,
  kRotate270,
};

struct Plane {
  const uint8_t* data;
  uint32_t stride;  // bytes from one row to the next, at least the row's own bytes
};

// What the sensor says of a frame. NaN where it says nothing.
struct SensorMetadata {
  double exposure_time_us;
  double analogue_gain;
  double digital_gain;
  double colour_temperature_k;
  double lens_position_dioptres;
  double focus_fom;
  double sensor_temperature_c;
  double lux;
};

// A picture lent by its source. The planes stay valid and unchanged until release(owner, token) is called,
// which the borrower does exactly once, from any thread. Before it reads them it calls make_readable():
// frames that are dropped unread so cost nothing.
struct RawFrame {
  PixelLayout layout;
  ColorRange range;
  uint32_t width;   // pixels, of planes[0]
  uint32_t height;  // pixels, of planes[0]
  Plane planes[3];
  uint64_t jpeg_bytes;      // kJpeg only
  int64_t capture_time_us;  // CLOCK_MONOTONIC
  uint64_t sequence;        // the source's own frame number; a gap means that it lost frames
  SensorMetadata sensor;
  void* owner;
  uint64_t token;
  void (*prepare)(void* owner, uint64_t token);  // null: there is nothing to do before planes are read
  void (*release)(void* owner, uint64_t token);
};

inline void make_readable(const RawFrame& frame) {
  if (frame.prepare != nullptr) frame.prepare(frame.owner, frame.token);
}

static_assert(std::is_trivially_copyable_v<RawFrame> && std::is_standard_layout_v<RawFrame>);

}  // namespace pcs
