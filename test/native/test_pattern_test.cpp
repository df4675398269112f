#include "sources/test_pattern.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "support.h"

namespace pcs {
namespace {

struct Mark {
  uint32_t sequence;
  uint32_t capture_time_us;
};

// Reads the mark as test_pattern.h describes it. Nothing when its checksum is wrong.
std::optional<Mark> read_mark(const RawFrame& frame) {
  uint32_t cell = 16;
  while (8 * cell > std::min(frame.width, frame.height)) cell /= 2;
  uint8_t bytes[8] = {};
  for (uint32_t bit = 0; bit < 64; ++bit) {
    const uint32_t x = bit % 8 * cell + cell / 2, y = bit / 8 * cell + cell / 2;
    const bool light = frame.planes[0].data[size_t{y} * frame.planes[0].stride + x] > 128;
    bytes[bit / 8] = static_cast<uint8_t>(bytes[bit / 8] << 1 | light);
  }
  uint32_t crc = 0;
  for (uint32_t bit = 0; bit < 56; ++bit) {
    const uint32_t in = bytes[bit / 8] >> (7 - bit % 8) & 1;
    const uint32_t out = crc >> 7 & 1;
    crc = (crc << 1 & 0xFF) ^ (in != out ? 0x07 : 0);
  }
  if (crc != bytes[7]) return std::nullopt;
  const auto word = [&](int first, int count) {
    uint32_t value = 0;
    for (int i = 0; i < count; ++i) value = value << 8 | bytes[first + i];
    return value;
  };
  return Mark{word(0, 3), word(3, 4)};
}

struct Drawn {
  explicit Drawn(TestPattern& pattern, uint64_t sequence = 0, int64_t capture_time_us = 0)
      : memory(pattern.frame_bytes()) {
    std::memset(memory.data(), 0, memory.size());
    frame.sequence = sequence;
    frame.capture_time_us = capture_time_us;
    Failure failure{};
    REQUIRE(pattern.produce(memory.data(), frame, failure) == FrameProducer::Result::kFrame);
  }

  test::FencedMemory memory;
  RawFrame frame{};
};

constexpr uint32_t kSizes[][2] = {{16, 16},   {17, 19},   {16, 480},  {640, 17},   {63, 64},
                                  {128, 128}, {642, 482}, {640, 480}, {1280, 720}, {1920, 1080}};

TEST_CASE("frame number and time can be read from the pixels, at every size") {
  for (const auto& [width, height] : kSizes) {
    CAPTURE(width);
    CAPTURE(height);
    TestPattern pattern(width, height);
    for (const uint64_t sequence : {0ULL, 1ULL, 0xABCDEFULL, 0x1000002ULL}) {
      const int64_t time_us = 0x123456789AB + static_cast<int64_t>(sequence);
      const Drawn drawn(pattern, sequence, time_us);
      const auto mark = read_mark(drawn.frame);
      REQUIRE(mark);
      CHECK(mark->sequence == (sequence & 0xFFFFFF));
      CHECK(mark->capture_time_us == static_cast<uint32_t>(time_us));
    }
  }
}

TEST_CASE("a mark with a wrong bit is noticed") {
  TestPattern pattern(128, 128);
  for (uint32_t bit = 0; bit < 64; ++bit) {
    const Drawn drawn(pattern, 1234567, 987654321);
    uint8_t* cell = drawn.memory.data() + (bit / 8 * 16 + 8) * 128 + bit % 8 * 16 + 8;
    *cell = static_cast<uint8_t>(255 - *cell);
    CHECK_FALSE(read_mark(drawn.frame));
  }
}

TEST_CASE("the planes fill the frame's memory, one after the other") {
  for (const auto& [width, height] : kSizes) {
    TestPattern pattern(width, height);
    const uint32_t chroma_width = (width + 1) / 2, chroma_height = (height + 1) / 2;
    CHECK(pattern.frame_bytes() == size_t{width} * height + 2 * size_t{chroma_width} * chroma_height);
    const Drawn drawn(pattern);
    const RawFrame& frame = drawn.frame;
    CHECK(frame.layout == PixelLayout::kI420);
    CHECK(frame.range == ColorRange::kFull);
    CHECK(frame.width == width);
    CHECK(frame.height == height);
    CHECK(frame.planes[0].stride == width);
    CHECK(frame.planes[1].stride == chroma_width);
    CHECK(frame.planes[2].stride == chroma_width);
    CHECK(frame.planes[0].data == drawn.memory.data());
    CHECK(frame.planes[1].data == frame.planes[0].data + size_t{width} * height);
    CHECK(frame.planes[2].data == frame.planes[1].data + size_t{chroma_width} * chroma_height);
  }
}

// Rows below the mark, without the pixels that come in at the right.
bool moved_left(const RawFrame& before, const RawFrame& after, int plane, uint32_t width, uint32_t height,
                uint32_t by) {
  const uint32_t stride = before.planes[plane].stride;
  for (uint32_t row = height / 2; row < height; ++row) {
    const uint8_t* was = before.planes[plane].data + size_t{row} * stride;
    const uint8_t* is = after.planes[plane].data + size_t{row} * stride;
    if (std::memcmp(was + by, is, width - by) != 0) return false;
  }
  return true;
}

TEST_CASE("the picture moves two pixels to the left with each frame, and comes round") {
  TestPattern pattern(320, 300);
  for (const uint64_t sequence : {0ULL, 80ULL, 158ULL}) {
    const Drawn before(pattern, sequence), after(pattern, sequence + 1);
    CHECK(moved_left(before.frame, after.frame, 0, 320, 300, 2));
    CHECK(moved_left(before.frame, after.frame, 1, 160, 150, 1));
    CHECK(moved_left(before.frame, after.frame, 2, 160, 150, 1));
    CHECK_FALSE(moved_left(before.frame, after.frame, 0, 320, 300, 0));
  }
  const Drawn first(pattern, 0), round(pattern, 160);
  CHECK(std::memcmp(first.memory.data(), round.memory.data(), first.memory.size()) != 0);  // the mark
  CHECK(moved_left(first.frame, round.frame, 0, 320, 300, 0));
}

TEST_CASE("chroma is neutral behind the mark, and colourful elsewhere") {
  TestPattern pattern(640, 480);
  const Drawn drawn(pattern, 5);
  for (int plane = 1; plane < 3; ++plane) {
    const uint8_t* samples = drawn.frame.planes[plane].data;
    for (uint32_t row = 0; row < 64; ++row) {
      CHECK(std::all_of(samples + row * 320, samples + row * 320 + 64, [](uint8_t v) { return v == 128; }));
    }
    const auto [low, high] = std::minmax_element(samples, samples + 320 * 240);
    CHECK(*high - *low > 150);
  }
}

}  // namespace
}  // namespace pcs
