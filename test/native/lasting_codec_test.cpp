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

TEST_CASE("a choice that fails is opened again: a frame is left out, and the next is a key frame") {
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
  CHECK(bench.hardware.bitrate_bps == 300'000);
  CHECK(bench.codec.is_hardware());
  CHECK(bench.hardware.opened == 2);
  CHECK(bench.software.opened == 0);
}

TEST_CASE("the next choice encodes, for good, when the first has failed three times in a row") {
  Bench bench;
  for (int i = 0; i < 3; ++i) {  // with a success in between it begins anew
    bench.hardware.encodes = false;
    CHECK(bench.encode().empty());
    CHECK(bench.encode().empty());
    bench.hardware.encodes = true;
    CHECK(bench.encode().empty());
    CHECK(bench.codec.is_hardware());
  }
  bench.hardware.encodes = false;
  for (int i = 0; i < 3; ++i) {
    CHECK(bench.encode().empty());
    CHECK(bench.trouble == "fails");
  }
  bench.hardware.encodes = true;
  bench.codec.set_bitrate(300'000);
  for (int i = 0; i < 2; ++i) {
    CHECK(bench.encode().empty());
    CHECK(bench.result.is_keyframe == (i == 0));
    CHECK_FALSE(bench.codec.is_hardware());
  }
  CHECK(bench.software.bitrate_bps == 300'000);
  CHECK(bench.hardware.opened == 9);
  CHECK(bench.hardware.closed == bench.hardware.opened);
  CHECK(bench.software.opened == 1);
}

TEST_CASE("a choice that has failed and does not open again is given up at once") {
  Bench bench;
  CHECK(bench.encode().empty());
  bench.hardware.encodes = bench.hardware.opens = false;
  CHECK(bench.encode().empty());
  CHECK(bench.encode().empty());
  CHECK(bench.result.is_keyframe);
  CHECK_FALSE(bench.codec.is_hardware());
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

TEST_CASE("the last choice may fail as often as the first, whatever the first has failed before") {
  Bench bench;
  bench.hardware.encodes = bench.software.encodes = false;
  for (int i = 0; i < 5; ++i) CHECK(bench.encode().empty());
  CHECK(bench.encode() == "fails");
  CHECK(bench.hardware.opened == 3);
  CHECK(bench.software.opened == 3);
}

TEST_CASE("where no choice opens the last one's reason is told at once") {
  Bench bench;
  bench.hardware.opens = bench.software.opens = false;
  CHECK(bench.encode() == "does not open");
  CHECK(bench.software.opened == 1);
}

// H.264 by a fake device, or by openh264.
struct HardwareBench {
  explicit HardwareBench(FakeNode& node)
      : codec({[&node](const VideoSettings& settings, Failure& failure) {
                 return test::open_fake(node, settings, failure);
               },
               open_h264_codec},
              test::v4l2_settings()) {}

  std::vector<uint8_t> encode() {
    Failure failure{};
    REQUIRE(codec.encode(frame.view(), 1, false, {slot.data(), slot.size()}, result, failure));
    return {slot.begin(), slot.begin() + static_cast<ptrdiff_t>(result.bytes)};
  }

  LastingCodec codec;
  const Picture picture = test::slopes(PixelLayout::kI420, 322, 242);
  const FencedFrame frame{picture, ColorRange::kLimited, 6};
  std::vector<uint8_t> slot = std::vector<uint8_t>(200'000);
  VideoBytes result{};
};

TEST_CASE("hardware that was stuck once goes on, with a key frame, when it is opened again") {
  FakeNode node = test::bcm2835_codec();
  HardwareBench bench(node);
  CHECK_FALSE(bench.encode().empty());
  node.hangs = 1;
  CHECK(bench.encode().empty());
  CHECK(node.closed == 1);
  CHECK_FALSE(bench.encode().empty());
  CHECK(bench.result.is_keyframe);
  CHECK(bench.codec.is_hardware());
  CHECK(node.opened == 2);
}

TEST_CASE("H.264 of hardware goes on as H.264 of openh264 when the device goes away") {
  FakeNode node = test::bcm2835_codec();
  HardwareBench bench(node);
  for (int i = 0; i < 3; ++i) CHECK_FALSE(bench.encode().empty());
  CHECK(bench.codec.is_hardware());
  node.errors[VIDIOC_QBUF] = ENODEV;
  CHECK(bench.encode().empty());
  CHECK(node.closed == node.opened);
  // Opened again it takes no buffer either, so that it is given up with the next frame.
  test::H264Decoder decoder;
  for (int i = 0; i < 2; ++i)
    CHECK(test::largest_difference(decoder.decode(bench.encode()).planes[0], bench.picture.planes[0]) <= 8);
  CHECK_FALSE(bench.codec.is_hardware());
  CHECK(node.opened == 2);
}

TEST_CASE("the choices are hardware and openh264 for H.264, and libvpx for VP8") {
  CHECK(codec_choices(VideoCodecName::kH264, true).size() == 2);
  CHECK(codec_choices(VideoCodecName::kH264, false).size() == 1);
  CHECK(codec_choices(VideoCodecName::kVp8, true).size() == 1);
}

}  // namespace
}  // namespace pcs
