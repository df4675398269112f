#include "sources/test_pattern.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstring>

namespace pcs {
namespace {

constexpr uint32_t kCellsPerSide = 8;
constexpr uint8_t kLight = 224;
constexpr uint8_t kDark = 32;
constexpr uint8_t kNeutral = 128;
constexpr double kTurn = 6.283185307179586;

uint32_t cell_size(uint32_t width, uint32_t height) {
  uint32_t cell = 16;
  while (cell > 2 && cell * kCellsPerSide > std::min(width, height)) cell /= 2;
  return cell;
}

uint8_t crc8(uint64_t value, int bytes) {
  uint8_t crc = 0;
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
    crc = static_cast<uint8_t>(crc ^ (value >> shift));
    for (int bit = 0; bit < 8; ++bit) crc = static_cast<uint8_t>(crc << 1 ^ (crc & 0x80 ? 0x07 : 0));
  }
  return crc;
}

uint8_t to_sample(double value) {
  return static_cast<uint8_t>(std::clamp(std::lround(value), 0L, 255L));
}

}  // namespace

TestPattern::TestPattern(uint32_t width, uint32_t height)
    : width_(width),
      height_(height),
      chroma_width_((width + 1) / 2),
      chroma_height_((height + 1) / 2),
      cell_(cell_size(width, height)) {
  draw_background();
}

SourceInfo TestPattern::info() const {
  SourceInfo info{};
  info.layout = PixelLayout::kI420;
  info.range = ColorRange::kFull;
  info.width = width_;
  info.height = height_;
  std::snprintf(info.name, sizeof info.name, "test pattern");
  std::snprintf(info.color_label, sizeof info.color_label, "sYCC");
  return info;
}

size_t TestPattern::frame_bytes() const {
  return size_t{width_} * height_ + 2 * size_t{chroma_width_} * chroma_height_;
}

FrameProducer::Result TestPattern::produce(uint8_t* memory, RawFrame& frame, Failure& /*failure*/) {
  const auto shift = static_cast<uint32_t>(frame.sequence % chroma_width_);
  uint8_t* next = memory;
  const auto add_plane = [&](int index, const std::vector<uint8_t>& picture, uint32_t offset, uint32_t width,
                             uint32_t height) {
    frame.planes[index] = {next, width};
    for (uint32_t row = 0; row < height; ++row, next += width) {
      std::memcpy(next, picture.data() + size_t{row} * 2 * width + offset, width);
    }
  };
  add_plane(0, luma_, 2 * shift, width_, height_);
  add_plane(1, chroma_[0], shift, chroma_width_, chroma_height_);
  add_plane(2, chroma_[1], shift, chroma_width_, chroma_height_);
  stamp_mark(memory, frame.sequence, frame.capture_time_us);
  for (int i = 1; i < 3; ++i) {
    auto* plane = const_cast<uint8_t*>(frame.planes[i].data);
    const uint32_t side = cell_ * kCellsPerSide / 2;
    for (uint32_t row = 0; row < side; ++row)
      std::memset(plane + size_t{row} * chroma_width_, kNeutral, side);
  }
  frame.layout = PixelLayout::kI420;
  frame.range = ColorRange::kFull;
  frame.width = width_;
  frame.height = height_;
  return Result::kFrame;
}

// Smooth colours for the eye, and rings that become finer outwards, for an encoder's real work.
void TestPattern::draw_background() {
  luma_.resize(size_t{width_} * 2 * height_);
  for (uint32_t row = 0; row < height_; ++row) {
    const double v = static_cast<double>(row) / height_ - 0.5;
    for (uint32_t column = 0; column < width_; ++column) {
      const double u = static_cast<double>(column) / width_ - 0.5;
      const double aspect = static_cast<double>(width_) / height_;
      const double rings = std::cos(kTurn * 40 * (u * u * aspect * aspect + v * v));
      const double shade = std::sin(kTurn * (2 * u + v));
      const uint8_t sample = to_sample(128 + 60 * rings + 50 * shade);
      uint8_t* at = luma_.data() + size_t{row} * 2 * width_ + column;
      at[0] = at[width_] = sample;
    }
  }
  for (int plane = 0; plane < 2; ++plane) {
    chroma_[plane].resize(size_t{chroma_width_} * 2 * chroma_height_);
    for (uint32_t row = 0; row < chroma_height_; ++row) {
      for (uint32_t column = 0; column < chroma_width_; ++column) {
        const double turn = static_cast<double>(column) / chroma_width_ + 0.25 * plane;
        const double fade = 0.4 + 0.6 * row / chroma_height_;
        uint8_t* at = chroma_[plane].data() + size_t{row} * 2 * chroma_width_ + column;
        at[0] = at[chroma_width_] = to_sample(128 + 100 * fade * std::cos(kTurn * turn));
      }
    }
  }
}

void TestPattern::stamp_mark(uint8_t* luma, uint64_t sequence, int64_t capture_time_us) const {
  const uint64_t content =
      (sequence & 0xFFFFFF) << 32 | (static_cast<uint64_t>(capture_time_us) & 0xFFFFFFFF);
  const uint64_t mark = content << 8 | crc8(content, 7);
  for (uint32_t bit = 0; bit < kCellsPerSide * kCellsPerSide; ++bit) {
    const uint8_t sample = mark >> (63 - bit) & 1 ? kLight : kDark;
    uint8_t* cell = luma + size_t{bit / kCellsPerSide * cell_} * width_ + bit % kCellsPerSide * cell_;
    for (uint32_t row = 0; row < cell_; ++row) std::memset(cell + size_t{row} * width_, sample, cell_);
  }
}

}  // namespace pcs
