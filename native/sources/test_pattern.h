// A moving picture that says in its own pixels which frame it is and when it was taken.
#pragma once

#include <cstdint>
#include <vector>

#include "sources/paced_source.h"

namespace pcs {

// I420, full range. The whole picture moves two pixels to the left with each frame. In its top left corner
// stands a mark of 8 x 8 cells, each one bit, row by row, most significant bit first (light: 1, dark: 0):
//
//   bits  0..23  sequence modulo 2^24
//   bits 24..55  capture time in microseconds of CLOCK_MONOTONIC, modulo 2^32
//   bits 56..63  CRC-8 (polynomial 0x07, initially 0) of the seven bytes before
//
// A cell is 16, 8, 4 or 2 pixels wide and high: the largest with which the mark fits the picture. Whoever
// decodes the picture can so prove order, loss and age.
class TestPattern final : public FrameProducer {
 public:
  static constexpr uint32_t kMinDimension = 16;

  TestPattern(uint32_t width, uint32_t height);  // each at least kMinDimension

  SourceInfo info() const override;
  size_t frame_bytes() const override;
  Result produce(uint8_t* memory, RawFrame& frame, Failure& failure) override;

 private:
  void draw_background();
  void stamp_mark(uint8_t* luma, uint64_t sequence, int64_t capture_time_us) const;

  const uint32_t width_;
  const uint32_t height_;
  const uint32_t chroma_width_;
  const uint32_t chroma_height_;
  const uint32_t cell_;
  // The picture twice side by side, so that every frame is a window into it.
  std::vector<uint8_t> luma_;
  std::vector<uint8_t> chroma_[2];
};

}  // namespace pcs
