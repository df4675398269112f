#include "encoder/jpeg_scaler.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "jpeg_decoder.h"
#include "rgb_jpeg.h"
#include "support.h"

namespace pcs {
namespace {

using test::RgbJpegOptions;
using Bytes = std::vector<uint8_t>;

constexpr RgbJpegOptions k420{2, 2}, k422{2, 1}, k444{1, 1}, kGrey{1, 1, true};

// Scales into memory that ends at a fence. Empty when it was refused.
Bytes scaled(const Bytes& jpeg, uint32_t denominator, Failure& failure, size_t capacity_bytes = 100'000) {
  const test::FencedMemory source(jpeg.size()), out(capacity_bytes);
  std::copy(jpeg.begin(), jpeg.end(), source.data());
  const size_t bytes =
      scale_jpeg(source.data(), jpeg.size(), denominator, {out.data(), capacity_bytes}, failure);
  CHECK(bytes <= capacity_bytes);
  return {out.data(), out.data() + bytes};
}

// Refused with ERR_ENCODE, and with this in the message.
void check_refused(const Bytes& jpeg, const std::string& reason, size_t capacity_bytes = 100'000) {
  Failure failure{};
  CHECK(scaled(jpeg, 2, failure, capacity_bytes).empty());
  CHECK(std::string(failure.code) == "ERR_ENCODE");
  CAPTURE(failure.message);
  CHECK(std::string(failure.message).find(reason) != std::string::npos);
}

uint8_t luma_of(const uint8_t* rgb) {
  return static_cast<uint8_t>(std::lround(0.299 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]));
}

// What the middle of each scaled pixel shows of the original, in levels that are off at most.
int worst_error(const test::RgbPicture& original, const test::Picture& picture, uint32_t denominator,
                bool is_grey) {
  int worst = 0;
  const auto compare = [&](uint8_t value, double wanted) {
    worst = std::max(worst, static_cast<int>(std::lround(std::abs(value - wanted))));
  };
  for (uint32_t y = 0; y < picture.planes[0].height; ++y) {
    for (uint32_t x = 0; x < picture.planes[0].width; ++x) {
      const uint8_t* rgb = original.at(std::min(x * denominator + denominator / 2, original.width - 1),
                                       std::min(y * denominator + denominator / 2, original.height - 1));
      const double luma = luma_of(rgb);
      compare(picture.planes[0].at(x, y), luma);
      compare(picture.planes[1].at(x / 2, y / 2), is_grey ? 128 : 128 + (rgb[2] - luma) / 1.772);
      compare(picture.planes[2].at(x / 2, y / 2), is_grey ? 128 : 128 + (rgb[0] - luma) / 1.402);
    }
  }
  return worst;
}

TEST_CASE("a JPEG of any sampling is scaled to 4:2:0, its size rounded up and its colours kept") {
  for (const RgbJpegOptions& options : {k420, k422, k444, kGrey}) {
    for (const uint32_t denominator : {2u, 4u, 8u}) {
      CAPTURE(options.luma_columns);
      CAPTURE(options.luma_rows);
      CAPTURE(denominator);
      const auto original = test::colour_slopes(323, 245);
      Failure failure{};
      const Bytes jpeg = scaled(test::encode_rgb(original, options), denominator, failure);
      REQUIRE_FALSE(jpeg.empty());
      const test::DecodedJpeg result = test::decode_jpeg(jpeg.data(), jpeg.size());
      CHECK(result.picture.layout == PixelLayout::kI420);
      CHECK(result.picture.planes[0].width == (323 + denominator - 1) / denominator);
      CHECK(result.picture.planes[0].height == (245 + denominator - 1) / denominator);
      CHECK(result.warnings == 0);
      CHECK(worst_error(original, result.picture, denominator, options.is_grey) <= 8);
    }
  }
}

TEST_CASE("pictures of a few pixels are scaled, too") {
  for (const uint32_t side : {1u, 2u, 7u, 8u, 9u, 17u}) {
    Failure failure{};
    const Bytes jpeg = scaled(test::encode_rgb(test::colour_slopes(side, side), k420), 8, failure);
    REQUIRE_FALSE(jpeg.empty());
    CHECK(test::decode_jpeg(jpeg.data(), jpeg.size()).picture.planes[0].width == (side + 7) / 8);
  }
}

TEST_CASE("a JPEG that was cut short is refused, wherever it ends") {
  const Bytes jpeg = test::encode_rgb(test::colour_slopes(40, 24), k420);
  for (size_t bytes = 0; bytes < jpeg.size(); ++bytes) {
    Failure failure{};
    CHECK(scaled({jpeg.begin(), jpeg.begin() + static_cast<long>(bytes)}, 2, failure).empty());
    CHECK(std::string(failure.code) == "ERR_ENCODE");
  }
}

TEST_CASE("whatever the bytes are, they are scaled or refused") {
  std::minstd_rand random(1);
  Bytes noise(2000);
  for (auto& byte : noise) byte = static_cast<uint8_t>(random());
  check_refused(noise, "Not a JPEG");
  for (const RgbJpegOptions& options : {k420, k444, kGrey}) {
    const Bytes jpeg = test::encode_rgb(test::colour_slopes(40, 24), options);
    for (int turn = 0; turn < 3000; ++turn) {
      Bytes damaged = jpeg;
      for (unsigned i = 0; i <= random() % 4; ++i)
        damaged[random() % damaged.size()] = static_cast<uint8_t>(random());
      Failure failure{};
      const bool is_refused = scaled(damaged, 2 << turn % 3, failure).empty();
      CHECK(is_refused == (failure.code[0] != '\0'));
    }
  }
}

TEST_CASE("what would take much memory or time is refused") {
  Bytes huge = test::encode_rgb(test::colour_slopes(16, 16), k420);
  const Bytes start_of_frame{0xff, 0xc0, 0, 17, 8};
  const auto size = std::search(huge.begin(), huge.end(), start_of_frame.begin(), start_of_frame.end()) + 5;
  std::fill_n(size, 4, uint8_t{0xf0});  // 61680 x 61680
  check_refused(huge, "too large");
  check_refused(test::encode_rgb(test::colour_slopes(16, 16), {2, 2, false, true}), "several scans");
}

TEST_CASE("what does not fit into the memory is refused, and nothing behind it is touched") {
  const Bytes jpeg = test::encode_rgb(test::colour_slopes(64, 48), k420);
  Failure failure{};
  const size_t needed = scaled(jpeg, 2, failure).size();
  REQUIRE(needed > 0);
  for (size_t capacity_bytes = 0; capacity_bytes < needed; ++capacity_bytes)
    check_refused(jpeg, "Buffer passed to JPEG library is too small", capacity_bytes);
  CHECK(scaled(jpeg, 2, failure, needed + 1).size() == needed);
}

}  // namespace
}  // namespace pcs
