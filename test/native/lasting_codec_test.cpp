#include "video/lasting_codec.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "v4l2_bench.h"
#include "video_decoder.h"

namespace pcs {
namespace {

using test::FakeNode;
using test::FencedFrame;
using test::Picture;

// A codec of a test's: what it is to do, and what was done with it.
struct Control {
  bool opens = true, encodes = true, is_hardware = false;
  int opened = 0, closed = 0;
  uint32_t bitrate_bps = 0;
};

class FakeCodec final : public VideoCodec {
 public:
  explicit FakeCodec(Control& control) : control_(control) {}
  ~FakeCodec() override { ++control_.closed; }

  bool encode(const ImageView&, int64_t, bool wants_keyframe, FrameSlot, VideoBytes& result,
              Failure& failure) override {
    result = {1, is_first_ || wants_keyframe};
    is_first_ = false;
    if (!control_.encodes) failure.set("ERR_ENCODE", "fails");
    return control_.encodes;
  }
  void set_bitrate(uint32_t bitrate_bps) override { control_.bitrate_bps = bitrate_bps; }
  bool is_hardware() const override { return control_.is_hardware; }

 private:
  Control& control_;
  bool is_first_ = true;
};

OpenCodec opener(Control& control) {
  return [&control](const VideoSettings& settings, Failure& failure) -> std::unique_ptr<VideoCodec> {
    ++control.opened;
    control.bitrate_bps = settings.bitrate_bps;
    if (!control.opens) {
      failure.set("ERR_ENCODE", "does not open");
      return nullptr;
    }
    return std::make_unique<FakeCodec>(control);
  };
}

struct Bench {
  std::string encode(bool wants_keyframe = false) {
    Failure failure{};
    result = {};
    const bool goes_on = codec.encode({}, 0, wants_keyframe, {}, result, failure);
    trouble = goes_on ? failure.message : "";
    return goes_on ? "" : failure.message;
  }

  Control hardware{true, true, true}, software;
  LastingCodec codec{{opener(hardware), opener(software)}, test::v4l2_settings()};
  VideoBytes result{};
  std::string trouble;  // that it got over
};

TEST_CASE("the first choice encodes, and no other is opened") {
  Bench bench;
  for (int i = 0; i < 5; ++i) CHECK(bench.encode().empty());
  CHECK(bench.codec.is_hardware());
  CHECK(bench.hardware.opened == 1);
  CHECK(bench.software.opened == 0);
}

TEST_CASE("the next choice encodes where the first does not open, and for good") {
  Bench bench;
  bench.hardware.opens = false;
  for (int i = 0; i < 5; ++i) {
    CHECK(bench.encode().empty());
    CHECK(bench.result.bytes == 1);
    CHECK(bench.trouble == (i == 0 ? "does not open" : ""));
  }
  CHECK_FALSE(bench.codec.is_hardware());
  CHECK(bench.hardware.opened == 1);
  CHECK(bench.software.opened == 1);
}

TEST_CASE("the next choice goes on where the first fails: a frame is left out, and the next is a key frame") {
  Bench bench;
  CHECK(bench.encode().empty());
  CHECK(bench.encode().empty());
  CHECK_FALSE(bench.result.is_keyframe);
  bench.codec.set_bitrate(300'000);
  bench.hardware.encodes = false;
  CHECK(bench.encode().empty());
  CHECK(bench.trouble == "fails");
  CHECK(bench.result.bytes == 0);
  CHECK(bench.hardware.closed == 1);
  bench.hardware.encodes = true;
  CHECK(bench.encode().empty());
  CHECK(bench.result.bytes == 1);
  CHECK(bench.result.is_keyframe);
  CHECK(bench.software.bitrate_bps == 300'000);
  CHECK_FALSE(bench.codec.is_hardware());
  CHECK(bench.hardware.opened == 1);
}

TEST_CASE("the last choice is opened again, until it has failed three times in a row") {
  Bench bench;
  bench.hardware.opens = false;
  for (int i = 0; i < 3; ++i) {  // with a success in between it begins anew
    bench.software.encodes = false;
    CHECK(bench.encode().empty());
    CHECK(bench.encode().empty());
    bench.software.encodes = true;
    CHECK(bench.encode().empty());
    CHECK(bench.result.is_keyframe);
  }
  bench.software.encodes = false;
  CHECK(bench.encode().empty());
  CHECK(bench.encode().empty());
  CHECK(bench.encode() == "fails");
  CHECK(bench.software.opened == 9);
  CHECK(bench.software.closed == bench.software.opened);
}

TEST_CASE("where no choice opens the last one's reason is told at once") {
  Bench bench;
  bench.hardware.opens = bench.software.opens = false;
  CHECK(bench.encode() == "does not open");
  CHECK(bench.software.opened == 1);
}

TEST_CASE("H.264 of hardware goes on as H.264 of openh264 when the device goes away") {
  FakeNode node;
  const auto open_fake = [&](const VideoSettings& settings, Failure& failure) {
    return test::open_fake(node, settings, failure);
  };
  LastingCodec codec({open_fake, open_h264_codec}, test::v4l2_settings());
  const Picture picture = test::slopes(PixelLayout::kI420, 322, 242);
  const FencedFrame frame(picture, ColorRange::kLimited, 6);
  std::vector<uint8_t> slot(200'000);
  const auto encode = [&] {
    Failure failure{};
    VideoBytes result{};
    REQUIRE(codec.encode(frame.view(), 1, false, {slot.data(), slot.size()}, result, failure));
    return std::vector<uint8_t>(slot.begin(), slot.begin() + static_cast<ptrdiff_t>(result.bytes));
  };
  for (int i = 0; i < 3; ++i) CHECK_FALSE(encode().empty());
  CHECK(codec.is_hardware());
  node.errors[VIDIOC_QBUF] = ENODEV;
  CHECK(encode().empty());
  CHECK(node.closed == node.opened);
  test::H264Decoder decoder;
  CHECK(test::largest_difference(decoder.decode(encode()).planes[0], picture.planes[0]) <= 8);
  CHECK(test::largest_difference(decoder.decode(encode()).planes[0], picture.planes[0]) <= 8);
  CHECK_FALSE(codec.is_hardware());
  CHECK(node.opened == 1);
}

TEST_CASE("the choices are hardware and openh264 for H.264, and libvpx for VP8") {
  CHECK(codec_choices(VideoCodecName::kH264, true).size() == 2);
  CHECK(codec_choices(VideoCodecName::kH264, false).size() == 1);
  CHECK(codec_choices(VideoCodecName::kVp8, true).size() == 1);
}

}  // namespace
}  // namespace pcs
