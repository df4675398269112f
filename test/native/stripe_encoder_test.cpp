#include "encoder/stripe_encoder.h"

#include <doctest/doctest.h>

#include <array>
#include <filesystem>
#include <iterator>
#include <memory>
#include <string>
#include <vector>

#include "jpeg_decoder.h"
#include "picture.h"
#include "recording_progress.h"

namespace pcs {
namespace {

using test::FencedFrame;
using test::FencedMemory;
using test::kLayouts;
using test::Picture;

using Bytes = std::vector<uint8_t>;

template <typename Encoder>
Bytes encode(Encoder& encoder, const ImageView& view, const JpegSettings& settings) {
  // Not a vector, which would be filled with zeros: that took longer than what is tested.
  const size_t capacity = JpegEncoder::max_bytes(view.layout, view.width, view.height);
  const auto slot = std::make_unique_for_overwrite<uint8_t[]>(capacity);
  Failure failure{};
  const size_t bytes = encoder.encode(view, settings, {slot.get(), capacity}, nullptr, failure);
  REQUIRE_MESSAGE(bytes > 0, std::string(failure.message));
  return {slot.get(), slot.get() + bytes};
}

// With libjpeg's own restart intervals, by one thread.
Bytes encode_whole(const ImageView& view, const JpegSettings& settings) {
  JpegEncoder encoder;
  return encode(encoder, view, settings);
}

// Encoders of several threads, kept through a test as they are through a session.
struct Encoders {
  std::array<StripeEncoder, 3> by_threads{StripeEncoder{2}, StripeEncoder{3}, StripeEncoder{4}};
};

// Of this process. A thread that was joined may still be listed for a moment.
auto thread_count() {
  const std::filesystem::directory_iterator tasks("/proc/self/task");
  return std::distance(begin(tasks), end(tasks));
}

// Something of everything: smooth, so that low qualities make long runs of zeros, and noise.
Picture content(PixelLayout layout, uint32_t width, uint32_t height) {
  Picture picture = test::slopes(layout, width, height);
  const Picture noise = test::noise(layout, width, height);
  for (int i = 0; i < 3; ++i) {
    auto& values = picture.planes[i].values;
    for (size_t at = 0; at < values.size(); ++at) {
      if (at / 4096 % 3 == 0) values[at] = noise.planes[i].values[at];
    }
  }
  return picture;
}

TEST_CASE("what several threads make is, byte for byte, what one makes, at any size, layout and quality") {
  Encoders encoders;
  for (const auto& [width, height] : {std::pair{16U, 16U}, {640U, 480U}, {642U, 482U}, {1920U, 1080U}}) {
    for (const PixelLayout layout : kLayouts) {
      const FencedFrame frame(content(layout, width, height), ColorRange::kFull, 0);
      for (const int quality : {10, 85, 100}) {
        const uint32_t row = (width + 15) / 16;
        // Parts of a row, rows, and what meets the left edge only now and then.
        for (const uint32_t mcus : {1U, 8U, 10U, row, row + 1, 3 * row, 5 * row}) {
          // What takes long under sanitizers.
          if (width == 1920 && (quality != 85 || mcus < 10 || mcus > row)) continue;
          const Bytes expected = encode_whole(frame.view(), {quality, mcus});
          for (auto& encoder : encoders.by_threads) {
            CAPTURE(width);
            CAPTURE(static_cast<int>(layout));
            CAPTURE(quality);
            CAPTURE(mcus);
            CHECK((encode(encoder, frame.view(), {quality, mcus}) == expected));
          }
        }
      }
    }
  }
}

TEST_CASE("any interval gives the same from several threads, whatever it has to do with the rows") {
  Encoders encoders;
  const FencedFrame frame(content(PixelLayout::kI422, 104, 200), ColorRange::kFull, 0);  // 7 x 25 MCUs
  for (uint32_t mcus = 1; mcus <= 7 * 25 + 1; ++mcus) {
    CAPTURE(mcus);
    const Bytes expected = encode_whole(frame.view(), {60, mcus});
    for (auto& encoder : encoders.by_threads) CHECK((encode(encoder, frame.view(), {60, mcus}) == expected));
  }
}

TEST_CASE("limited range, mirrored and reversed rows come out the same from several threads") {
  Encoders encoders;
  for (const PixelLayout layout : kLayouts) {
    const FencedFrame frame(content(layout, 642, 482), ColorRange::kLimited, 13);
    for (int turn = 0; turn < 4; ++turn) {
      ImageView view = frame.view();
      view.mirror_rows = turn & 1;
      view.reverse_rows = turn & 2;
      const Bytes expected = encode_whole(view, {85, 41});
      for (auto& encoder : encoders.by_threads) CHECK((encode(encoder, view, {85, 41}) == expected));
    }
  }
}

TEST_CASE("libjpeg decodes what several threads made") {
  StripeEncoder encoder(3);
  for (const PixelLayout layout : kLayouts) {
    const Picture picture = test::noise(layout, 642, 482);
    const FencedFrame frame(picture, ColorRange::kFull, 0);
    const Bytes jpeg = encode(encoder, frame.view(), {100, 3 * 41});
    const auto decoded = test::decode_jpeg(jpeg.data(), jpeg.size());
    CHECK(decoded.warnings == 0);
    CHECK(decoded.restart_interval == 3 * 41);
    for (int i = 0; i < 3; ++i)
      CHECK(test::largest_difference(decoded.picture.planes[i], picture.planes[i]) <= 3);
  }
}

TEST_CASE("without restart intervals one thread does it alone") {
  StripeEncoder encoder(4);
  const FencedFrame frame(content(PixelLayout::kI420, 642, 482), ColorRange::kFull, 0);
  CHECK((encode(encoder, frame.view(), {85, 0}) == encode_whole(frame.view(), {85, 0})));
}

TEST_CASE("the longest interval that a JPEG can tell") {
  StripeEncoder encoder(2);
  const FencedFrame frame(Picture(PixelLayout::kI422, 16 * 4000, 8 * 40), ColorRange::kFull, 0);
  for (const uint32_t mcus : {16U * 4000, 65535U}) {
    const Bytes jpeg = encode(encoder, frame.view(), {10, mcus});
    const auto decoded = test::decode_jpeg(jpeg.data(), jpeg.size());
    CHECK(decoded.restart_interval == mcus);
    CHECK(decoded.warnings == 0);
    CHECK((jpeg == encode_whole(frame.view(), {10, mcus})));
  }
}

TEST_CASE("a stripe of noise at the best quality has room") {
  StripeEncoder encoder(2);
  for (const PixelLayout layout : kLayouts) {
    Picture picture = test::noise(layout, 17, 300);
    for (auto& plane : picture.planes) {
      for (auto& value : plane.values) value = value < 128 ? 0 : 255;
    }
    const FencedFrame frame(picture, ColorRange::kFull, 0);
    for (const uint32_t mcus : {1U, 2U, 10U}) {
      CHECK((encode(encoder, frame.view(), {100, mcus}) == encode_whole(frame.view(), {100, mcus})));
    }
  }
}

TEST_CASE("progress tells of stripe after stripe, in order, and of bytes that stay") {
  const FencedFrame frame(content(PixelLayout::kI420, 642, 482), ColorRange::kFull, 0);
  for (uint32_t threads = 2; threads <= 4; ++threads) {
    StripeEncoder encoder(threads);
    Bytes out(JpegEncoder::max_bytes(PixelLayout::kI420, 642, 482));
    test::RecordingProgress progress(out.data());
    Failure failure{};
    out.resize(encoder.encode(frame.view(), {85, 2 * 41}, {out.data(), out.size()}, &progress, failure));
    // 31 MCU rows are stripes of two, but for two threads twice four first; the last one completes the frame.
    CHECK(progress.count() == (threads == 2 ? 13 : 15));
    CHECK(progress.grows_to(out));
    CHECK(progress.prefix(0).size() > 600);  // the header at least
  }
}

TEST_CASE("a JPEG that does not fit its slot is a failure, whichever stripe it is, and the next one works") {
  const FencedFrame frame(test::noise(PixelLayout::kI420, 64, 300), ColorRange::kFull, 0);
  for (uint32_t threads = 2; threads <= 4; ++threads) {
    StripeEncoder encoder(threads);
    const Bytes whole = encode(encoder, frame.view(), {90, 4});
    for (const size_t capacity :
         std::vector<size_t>{0, 1, 600, 700, 3000, whole.size() / 2, whole.size() - 1}) {
      CAPTURE(capacity);
      const FencedMemory slot(capacity);
      Failure failure{};
      CHECK(encoder.encode(frame.view(), {90, 4}, {slot.data(), slot.size()}, nullptr, failure) == 0);
      CHECK(std::string(failure.code) == "ERR_ENCODE");
      CHECK(std::string(failure.message).find("a picture of 64x300 was not encoded: ") == 0);
      CHECK((encode(encoder, frame.view(), {90, 4}) == whole));
    }
    const FencedMemory slot(whole.size());
    Failure failure{};
    CHECK(encoder.encode(frame.view(), {90, 4}, {slot.data(), slot.size()}, nullptr, failure) ==
          whole.size());
  }
}

TEST_CASE("a picture that libjpeg refuses is a failure in every stripe") {
  StripeEncoder encoder(2);
  Bytes plane(66000 * 40), out(1000000);
  const Plane row{plane.data(), 66000};
  const ImageView wide{PixelLayout::kI420, ColorRange::kFull, 66000, 40, {row, row, row}};
  Failure failure{};
  CHECK(encoder.encode(wide, {90, 1}, {out.data(), out.size()}, nullptr, failure) == 0);
  CHECK(std::string(failure.code) == "ERR_ENCODE");
  const ImageView empty{PixelLayout::kI420, ColorRange::kFull, 16, 0, {row, row, row}};
  CHECK(encoder.encode(empty, {90, 1}, {out.data(), out.size()}, nullptr, failure) == 0);
}

TEST_CASE("pictures of changing size and restart interval follow each other in one encoder") {
  StripeEncoder encoder(3);
  for (int turn = 0; turn < 3; ++turn) {
    for (const auto& [size, mcus] : {std::pair{40U, 3U}, {400U, 5U}, {16U, 1U}, {200U, 13U}}) {
      const FencedFrame frame(content(PixelLayout::kNv12, size, size), ColorRange::kFull, 0);
      CHECK((encode(encoder, frame.view(), {85, mcus}) == encode_whole(frame.view(), {85, mcus})));
    }
  }
}

TEST_CASE("helpers come with the first picture, end when stopped, and come again with the next") {
  const FencedFrame frame(content(PixelLayout::kI420, 64, 128), ColorRange::kFull, 0);
  const Bytes expected = encode_whole(frame.view(), {85, 4});
  const auto before = thread_count();
  {
    StripeEncoder encoder(4);
    encoder.stop();
    CHECK(thread_count() == before);
    for (int turn = 0; turn < 2; ++turn) {
      CHECK((encode(encoder, frame.view(), {85, 4}) == expected));
      CHECK((encode(encoder, frame.view(), {85, 4}) == expected));
      test::settle();
      CHECK(thread_count() == before + 3);
      if (turn == 1) break;
      encoder.stop();
      encoder.stop();
      CHECK(test::eventually([&] { return thread_count() == before; }));
    }
  }
  CHECK(test::eventually([&] { return thread_count() == before; }));
}

TEST_CASE("an encoder may go away at any moment between pictures") {
  const FencedFrame frame(content(PixelLayout::kI420, 64, 128), ColorRange::kFull, 0);
  const Bytes expected = encode_whole(frame.view(), {85, 4});
  for (int turn = 0; turn < 50; ++turn) {
    StripeEncoder encoder(1 + static_cast<uint32_t>(turn) % 4);
    for (int picture = 0; picture < turn % 3; ++picture) {
      CHECK((encode(encoder, frame.view(), {85, 4}) == expected));
    }
  }
}

}  // namespace
}  // namespace pcs
