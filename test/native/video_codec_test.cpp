#include "video/video_codec.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <memory>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "picture.h"
#include "video_decoder.h"

namespace pcs {
namespace {

using test::FencedFrame;
using test::Picture;
using test::Samples;
using Bytes = std::vector<uint8_t>;

struct Kind {
  std::string name;
  std::unique_ptr<VideoCodec> (*open)(const VideoSettings&, Failure&);
  std::unique_ptr<test::VideoDecoder> (*open_decoder)();
};

const Kind kH264{"H.264", open_h264_codec, []() -> std::unique_ptr<test::VideoDecoder> {
                   return std::make_unique<test::H264Decoder>();
                 }};
const Kind kVp8{"VP8", open_vp8_codec,
                []() -> std::unique_ptr<test::VideoDecoder> { return std::make_unique<test::Vp8Decoder>(); }};
const Kind kKinds[] = {kH264, kVp8};

// No multiple of a macroblock's 16 pixels.
VideoSettings settings_of(uint32_t width = 322, uint32_t height = 242) {
  VideoSettings settings;
  settings.width = width;
  settings.height = height;
  settings.bitrate_bps = 1'000'000;
  settings.keyframe_interval = 1000;
  return settings;
}

// Slopes under waves that move by two pixels a frame, otherwise in each plane.
Picture moving(uint32_t width, uint32_t height, int frame) {
  Picture picture = test::slopes(PixelLayout::kI420, width, height);
  for (int i = 0; i < 3; ++i) {
    Samples& plane = picture.planes[i];
    const double step = i == 0 ? 2 : i == 1 ? 1 : -1;
    for (uint32_t y = 0; y < plane.height; ++y) {
      for (uint32_t x = 0; x < plane.width; ++x)
        plane.at(x, y) = static_cast<uint8_t>(
            plane.at(x, y) + std::lround(12 * std::sin((x + step * frame) / 6) * std::cos(y / 9.0)));
    }
  }
  return picture;
}

// The same with grain that no encoder can foretell, so that it needs all the bits that it may have.
Picture grainy(uint32_t width, uint32_t height, int frame) {
  Picture picture = moving(width, height, frame);
  std::minstd_rand random(static_cast<unsigned>(frame) + 1);
  for (auto& value : picture.planes[0].values) value = static_cast<uint8_t>(value + (random() >> 8) % 17 - 8);
  return picture;
}

// A codec and what it makes of one picture after another, 30 a second.
class Stream {
 public:
  Stream(const Kind& kind, const VideoSettings& settings) {
    Failure failure{};
    codec_ = kind.open(settings, failure);
    REQUIRE_MESSAGE(codec_, failure.message);
  }

  VideoCodec& codec() { return *codec_; }
  bool last_is_keyframe() const { return result_.is_keyframe; }

  Bytes encode(const Picture& picture, bool wants_keyframe = false) {
    const FencedFrame frame(picture, ColorRange::kLimited, 6);
    const test::FencedMemory slot(300'000);
    Failure failure{};
    time_us_ += 33'333;
    REQUIRE_MESSAGE(
        codec_->encode(frame.view(), time_us_, wants_keyframe, {slot.data(), slot.size()}, result_, failure),
        failure.message);
    REQUIRE(result_.bytes > 0);
    return {slot.data(), slot.data() + result_.bytes};
  }

  // How many bit a second these pictures have, the first of them left out.
  double bitrate_bps(std::span<const Picture> pictures) {
    encode(pictures[0]);
    size_t bytes = 0;
    for (const Picture& picture : pictures.subspan(1)) bytes += encode(picture).size();
    return static_cast<double>(bytes) * 8 * 30 / static_cast<double>(pictures.size() - 1);
  }

 private:
  std::unique_ptr<VideoCodec> codec_;
  int64_t time_us_ = 68'400'000'000;  // the clock of a machine that has been up for 19 hours
  VideoBytes result_{};
};

double psnr_db(const Samples& a, const Samples& b) {
  double squares = 0;
  for (size_t i = 0; i < a.values.size(); ++i) squares += std::pow(a.values[i] - b.values[i], 2);
  return 10 * std::log10(255.0 * 255 * static_cast<double>(a.values.size()) / squares);
}

struct Nal {
  int type;
  Bytes bytes;  // its header and what follows
};

// Each NAL unit behind its start code (ITU-T H.264, annex B).
std::vector<Nal> nals_in(const Bytes& frame) {
  constexpr uint8_t kStartCode[] = {0, 0, 0, 1};
  std::vector<Nal> nals;
  for (auto at = frame.begin(); at != frame.end();) {
    REQUIRE(frame.end() - at > 4);
    REQUIRE(std::equal(std::begin(kStartCode), std::end(kStartCode), at));
    const auto begin = at + 4;
    at = std::search(begin, frame.end(), std::begin(kStartCode), std::end(kStartCode));
    nals.push_back({*begin & 31, Bytes(begin, at)});
  }
  return nals;
}

std::vector<int> nal_types(const Bytes& frame) {
  std::vector<int> types;
  for (const Nal& nal : nals_in(frame)) types.push_back(nal.type);
  return types;
}

TEST_CASE("what is decoded is the picture that was encoded, of any size, in every plane") {
  for (const Kind& kind : kKinds) {
    for (const auto& [width, height] : {std::pair{16U, 16U}, {322U, 242U}, {640U, 480U}, {128U, 354U}}) {
      CAPTURE(kind.name);
      CAPTURE(width);
      Stream stream(kind, settings_of(width, height));
      const auto decoder = kind.open_decoder();
      for (int i = 0; i < 10; ++i) {
        CAPTURE(i);
        const Picture picture = moving(width, height, i);
        const Picture decoded = decoder->decode(stream.encode(picture));
        for (int plane = 0; plane < 3; ++plane) {
          REQUIRE(decoded.planes[plane].width == picture.planes[plane].width);
          REQUIRE(decoded.planes[plane].height == picture.planes[plane].height);
          CHECK(psnr_db(decoded.planes[plane], picture.planes[plane]) > 30);
        }
      }
    }
  }
}

TEST_CASE("the first frame is a key frame, and then those that are to be one are and no others") {
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.name);
    Stream stream(kind, settings_of());
    for (int i = 0; i < 30; ++i) {
      CAPTURE(i);
      const bool wants_keyframe = i == 7 || i == 8 || i == 20;
      stream.encode(moving(322, 242, i), wants_keyframe);
      CHECK(stream.last_is_keyframe() == (wants_keyframe || i == 0));
    }
  }
}

TEST_CASE("a decoder can begin with any key frame") {
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.name);
    Stream stream(kind, settings_of());
    for (int i = 0; i < 5; ++i) stream.encode(moving(322, 242, i));
    const auto decoder = kind.open_decoder();
    for (int i = 5; i < 10; ++i) {
      const Picture picture = moving(322, 242, i);
      const Picture decoded = decoder->decode(stream.encode(picture, i == 5));
      CHECK(psnr_db(decoded.planes[0], picture.planes[0]) > 30);
    }
  }
}

TEST_CASE("key frames come by themselves as far apart as they are to be") {
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.name);
    VideoSettings settings = settings_of();
    settings.keyframe_interval = 6;
    Stream stream(kind, settings);
    for (int i = 0; i < 20; ++i) {
      CAPTURE(i);
      stream.encode(moving(322, 242, i));
      CHECK(stream.last_is_keyframe() == (i % 6 == 0));
    }
  }
}

TEST_CASE("the bitrate is the one that was set, at first and later") {
  std::vector<Picture> all;
  for (int i = 0; i < 240; ++i) all.push_back(grainy(322, 242, i));
  const std::span<const Picture> pictures(all);
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.name);
    Stream stream(kind, settings_of());
    CHECK(stream.bitrate_bps(pictures.subspan(0, 60)) == doctest::Approx(1'000'000).epsilon(0.15));
    stream.codec().set_bitrate(400'000);
    stream.bitrate_bps(pictures.subspan(60, 30));  // what was too much before is made good
    CHECK(stream.bitrate_bps(pictures.subspan(90, 60)) == doctest::Approx(400'000).epsilon(0.15));
    stream.codec().set_bitrate(2'000'000);
    stream.bitrate_bps(pictures.subspan(150, 30));
    CHECK(stream.bitrate_bps(pictures.subspan(180, 60)) == doctest::Approx(2'000'000).epsilon(0.15));
  }
}

TEST_CASE("a frame that its slot is too small for is refused, and nothing is written behind the slot") {
  for (const Kind& kind : kKinds) {
    const Picture picture = grainy(322, 242, 0);
    const FencedFrame frame(picture, ColorRange::kLimited, 0);
    const size_t needed = Stream(kind, settings_of()).encode(picture).size();
    for (const size_t bytes : {size_t{1}, size_t{20}, needed - 1, needed}) {
      CAPTURE(kind.name);
      CAPTURE(bytes);
      Failure failure{};
      const auto codec = kind.open(settings_of(), failure);
      REQUIRE(codec);
      const test::FencedMemory slot(bytes);
      VideoBytes result{};
      const bool done = codec->encode(frame.view(), 1, false, {slot.data(), bytes}, result, failure);
      CHECK(done == (bytes == needed));
      if (done) continue;
      CHECK(std::string(failure.code) == "ERR_ENCODE");
      CHECK(std::string(failure.message) == "a frame of " + kind.name + " is longer than the " +
                                                std::to_string(bytes) + " bytes that there are for it");
    }
  }
}

TEST_CASE("sizes that a codec does not have are refused") {
  const auto reason = [](const Kind& kind, uint32_t width, uint32_t height) {
    Failure failure{};
    CHECK_FALSE(kind.open(settings_of(width, height), failure));
    CHECK(std::string(failure.code) == "ERR_ENCODE");
    return std::string(failure.message);
  };
  CHECK(reason(kH264, 0, 0) == "openh264 refuses 0x0 at 30 frames and 1000000 bit a second (error 1)");
  CHECK(reason(kH264, 4608, 2592) ==  // above level 5.2
        "openh264 refuses 4608x2592 at 30 frames and 1000000 bit a second (error 1)");
  CHECK(reason(kVp8, 0, 0) == "libvpx refuses 0x0: Invalid parameter");
  CHECK(reason(kVp8, 20'000, 16) == "VP8 is at most 16383 pixels wide and high, not 20000x16");
  CHECK(reason(kVp8, 16, 20'000) == "VP8 is at most 16383 pixels wide and high, not 16x20000");
}

TEST_CASE("times that stand still or go back do no harm") {
  for (const Kind& kind : kKinds) {
    CAPTURE(kind.name);
    Failure failure{};
    const auto codec = kind.open(settings_of(), failure);
    REQUIRE(codec);
    const auto decoder = kind.open_decoder();
    Bytes slot(300'000);
    for (const int64_t time_us : {5'000'000, 5'000'000, 4'000'000, 5'033'333}) {
      const Picture picture = moving(322, 242, 1);
      const FencedFrame frame(picture, ColorRange::kLimited, 0);
      VideoBytes result{};
      REQUIRE_MESSAGE(
          codec->encode(frame.view(), time_us, false, {slot.data(), slot.size()}, result, failure),
          failure.message);
      const Bytes bytes(slot.begin(), slot.begin() + static_cast<ptrdiff_t>(result.bytes));
      CHECK(psnr_db(decoder->decode(bytes).planes[0], picture.planes[0]) > 30);
    }
  }
}

TEST_CASE("H.264 has its parameter sets before each key frame, and one slice in a frame") {
  Stream stream(kH264, settings_of());
  const Bytes first = stream.encode(moving(322, 242, 0));
  CHECK(nal_types(first) == std::vector<int>{7, 8, 5});
  const Nal sps = nals_in(first).at(0);
  CHECK(sps.bytes.at(1) == 66);          // profile_idc: baseline
  CHECK((sps.bytes.at(2) & 0x40) != 0);  // constraint_set1_flag: constrained baseline
  CHECK(nal_types(stream.encode(moving(322, 242, 1))) == std::vector<int>{1});
  const Bytes later = stream.encode(moving(322, 242, 2), true);
  CHECK(nal_types(later) == std::vector<int>{7, 8, 5});
  CHECK(nals_in(later).at(0).bytes == sps.bytes);
}

TEST_CASE("VP8's key frames begin with their start code and size, the others say that they are none") {
  Stream stream(kVp8, settings_of());
  const Bytes first = stream.encode(moving(322, 242, 0));
  REQUIRE(first.size() > 10);
  CHECK((first[0] & 1) == 0);  // RFC 6386, section 9.1
  CHECK(Bytes(first.begin() + 3, first.begin() + 10) ==
        Bytes{0x9d, 0x01, 0x2a, 322 % 256, 322 / 256, 242, 0});
  CHECK((stream.encode(moving(322, 242, 1)).at(0) & 1) == 1);
}

}  // namespace
}  // namespace pcs
