// An encoder of V4L2 while it encodes. What it is told before that: v4l2_settings_test.cpp.
#include <doctest/doctest.h>
#include <poll.h>

#include <cerrno>
#include <chrono>
#include <string>
#include <vector>

#include "v4l2_bench.h"

namespace pcs {
namespace {

using test::Bytes;
using test::FakeNode;
using test::Picture;
using test::V4l2Bench;
using Names = std::vector<std::string>;

// H.264 as the fake encoder makes it.
Bytes frame(int number, bool is_keyframe, size_t slice_bytes = 1000) {
  Bytes bytes = is_keyframe ? test::kFakeSets : Bytes{};
  bytes.insert(bytes.end(), {0, 0, 0, 1, static_cast<uint8_t>(is_keyframe ? 0x65 : 0x41)});
  bytes.resize(bytes.size() + slice_bytes, static_cast<uint8_t>(number));
  return bytes;
}

std::string reason_of_failure(V4l2Bench& bench) {
  Failure failure{};
  CHECK_FALSE(bench.try_encode(false, failure));
  CHECK(std::string(failure.code) == "ERR_ENCODE");
  return failure.message;
}

TEST_CASE("a device is set up, fed a frame at a time and let go in the order that V4L2 asks for") {
  FakeNode node;
  {
    V4l2Bench bench(node);
    bench.encode();
    bench.encode(true);
  }
  CHECK(node.log == Names{"S_FMT CAPTURE",     "S_FMT OUTPUT",      "S_PARM OUTPUT",    "BITRATE 1000000",
                          "FORCE_KEY_FRAME",   "REQBUFS OUTPUT",    "REQBUFS CAPTURE",  "STREAMON OUTPUT",
                          "STREAMON CAPTURE",  "QBUF CAPTURE",      "QBUF CAPTURE",     "QBUF OUTPUT",
                          "QBUF CAPTURE",      "FORCE_KEY_FRAME",   "QBUF OUTPUT",      "QBUF CAPTURE",
                          "STREAMOFF CAPTURE", "REQBUFS 0 CAPTURE", "STREAMOFF OUTPUT", "REQBUFS 0 OUTPUT"});
  CHECK(node.mapped == 3);
  CHECK(node.unmapped == 3);
  CHECK(node.closed == node.opened);
}

TEST_CASE("every sample of a picture comes to where the driver looks for it") {
  struct Case {
    uint32_t width, height, stride_alignment, row_alignment;
  };
  for (const auto& [width, height, stride, rows] :
       {Case{640, 480, 64, 1}, {322, 242, 64, 1}, {322, 242, 32, 16}, {1920, 1080, 64, 16}, {34, 32, 2, 2}}) {
    CAPTURE(width);
    CAPTURE(rows);
    FakeNode node;
    node.stride_alignment = stride;
    node.row_alignment = rows;
    V4l2Bench bench(node, test::v4l2_settings(width, height));
    bench.encode();
    REQUIRE(node.pictures.size() == 1);
    for (int plane = 0; plane < 3; ++plane)
      CHECK(node.pictures[0].planes[plane] == bench.picture.planes[plane]);
  }
}

TEST_CASE("what comes out is the frame's own, and says whether it is a key frame") {
  FakeNode node;
  V4l2Bench bench(node);
  for (int i = 1; i <= 6; ++i) {
    CAPTURE(i);
    const bool wants_keyframe = i == 3 || i == 4;
    const bool is_keyframe = wants_keyframe || i == 1;
    CHECK(bench.encode(wants_keyframe) == frame(i, is_keyframe));
    CHECK(bench.result.is_keyframe == is_keyframe);
  }
  CHECK(node.logged("FORCE_KEY_FRAME") == 3);  // and once while it was opened
  CHECK(bench.codec->is_hardware());
}

TEST_CASE("frames carry the camera's time, and times that stand still or go back grow all the same") {
  FakeNode node;
  V4l2Bench bench(node);
  for (const int64_t time_us : {68'400'000'001, 68'400'000'001, 68'300'000'000, 68'400'033'333}) {
    bench.time_us = time_us - V4l2Bench::kFrameUs;
    bench.encode();
  }
  CHECK(node.times_us ==
        std::vector<int64_t>{68'400'000'001, 68'400'000'002, 68'400'000'003, 68'400'033'333});
}

TEST_CASE("a bitrate is told once, before the next frame") {
  FakeNode node;
  V4l2Bench bench(node);
  bench.encode();
  bench.codec->set_bitrate(300'000);
  bench.codec->set_bitrate(400'000);
  CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_BITRATE) == std::vector<int32_t>{1'000'000});
  node.log.clear();
  bench.encode();
  bench.encode();
  CHECK(node.log == Names{"BITRATE 400000", "QBUF OUTPUT", "QBUF CAPTURE", "QBUF OUTPUT", "QBUF CAPTURE"});
}

TEST_CASE("each key frame has parameter sets, once, however the driver gives them") {
  for (const bool repeats : {true, false}) {
    for (const bool apart : {true, false}) {
      CAPTURE(repeats);
      CAPTURE(apart);
      FakeNode node;
      node.repeats_sets = repeats;
      node.sets_apart = apart;
      if (!repeats) node.missing_controls.insert(V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER);
      V4l2Bench bench(node);
      CHECK(bench.encode() == frame(1, true));
      CHECK(bench.encode() == frame(2, false));
      CHECK(bench.encode(true) == frame(3, true));
      CHECK(bench.encode() == frame(4, false));
    }
  }
}

TEST_CASE("a frame that its slot is too small for is refused, and nothing is written behind the slot") {
  for (const bool repeats : {true, false}) {
    CAPTURE(repeats);
    FakeNode node;
    node.repeats_sets = repeats;
    const size_t needed = frame(2, true).size();
    for (const size_t bytes : {size_t{1}, test::kFakeSets.size(), needed - 1, needed}) {
      CAPTURE(bytes);
      V4l2Bench bench(node);
      bench.encode();
      bench.slot_bytes = bytes;
      Failure failure{};
      CHECK(bench.try_encode(true, failure) == (bytes == needed));
      if (bytes == needed) continue;
      CHECK(std::string(failure.code) == "ERR_ENCODE");
      CHECK(std::string(failure.message) ==
            "a frame of H.264 is longer than the " + std::to_string(bytes) + " bytes that there are for it");
    }
  }
}

TEST_CASE("a frame that is longer than its buffer ends it: with the next, at the latest") {
  FakeNode node;
  node.splits_frames = true;
  V4l2Bench bench(node);
  node.slice_bytes = 322 * 242 + 100;
  Failure failure{};
  const bool done = bench.try_encode(false, failure) && bench.try_encode(false, failure);
  CHECK_FALSE(done);
  CHECK(std::string(failure.message) ==
        "the encoder /dev/video11 (fake-encode) gives back video of another frame than it got");
}

TEST_CASE("video of another time than the frame's is no video of it") {
  FakeNode node;
  V4l2Bench bench(node);
  node.time_offset_us = 1;
  CHECK(reason_of_failure(bench) ==
        "the encoder /dev/video11 (fake-encode) gives back video of another frame than it got");
}

TEST_CASE("what a device refuses in the middle is told with its name") {
  struct Case {
    unsigned long request;
    int error;
    std::string message;
  };
  for (const auto& [request, error, message] :
       {Case{VIDIOC_QBUF, ENODEV, "can't take a buffer: No such device"},
        {VIDIOC_DQBUF, EIO, "can't give a buffer back: Input/output error"},
        {VIDIOC_S_CTRL, EBUSY, "can't set the bitrate: Device or resource busy"}}) {
    CAPTURE(message);
    FakeNode node;
    V4l2Bench bench(node);
    bench.encode();
    node.errors[request] = error;
    bench.codec->set_bitrate(500'000);
    CHECK(reason_of_failure(bench) == "the encoder /dev/video11 (fake-encode) " + message);
  }
}

TEST_CASE("frames that the driver marks as faulty fail, and so does a device that hangs up") {
  FakeNode faulty_video, faulty_raw, gone;
  V4l2Bench of_video(faulty_video), of_raw(faulty_raw), of_gone(gone);
  faulty_video.video_flags = faulty_raw.raw_flags = V4L2_BUF_FLAG_ERROR;
  gone.events = POLLERR | POLLHUP;
  const std::string name = "the encoder /dev/video11 (fake-encode) ";
  CHECK(reason_of_failure(of_video) == name + "could not encode a frame: it marks the video as faulty");
  CHECK(reason_of_failure(of_raw) == name + "could not encode a frame: it marks the raw one as faulty");
  CHECK(reason_of_failure(of_gone) == name + "is gone or broken");
}

TEST_CASE("a device that is stuck is waited for half a second, also when it says that it has something") {
  for (const short events : {short{0}, short{POLLIN | POLLOUT}}) {
    CAPTURE(events);
    FakeNode node;
    V4l2Bench bench(node);
    node.is_stuck = true;
    node.events = events;
    const auto begin = std::chrono::steady_clock::now();
    CHECK(reason_of_failure(bench) ==
          "the encoder /dev/video11 (fake-encode) has not encoded a frame within half a second");
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begin;
    CHECK(took.count() >= 0.5);
    CHECK(took.count() < 3);
  }
}

TEST_CASE("a frame that is there when the wait for it has just timed out is taken") {
  FakeNode node = test::bcm2835_codec();
  node.keeps_until_time_out = true;
  V4l2Bench bench(node);
  CHECK(bench.encode() == frame(1, true));
}

TEST_CASE("an encoder goes on with the bitrate that it makes of the one that it is told") {
  FakeNode node = test::bcm2835_codec();
  V4l2Bench bench(node, test::v4l2_settings(1920, 1080));
  const std::vector<std::pair<uint32_t, int32_t>> bitrates_bps = {
      {1'012'499, 1'000'000}, {1'012'500, 1'025'000}, {1, 25'000}, {100'000'000, 25'000'000}};
  for (const auto& [told_bps, made_bps] : bitrates_bps) {
    CAPTURE(told_bps);
    bench.codec->set_bitrate(told_bps);
    bench.encode();
    CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_BITRATE).back() == made_bps);
  }
}

TEST_CASE("a Raspberry Pi's encoder takes pictures up to 1920x1920, in lines of 64 bytes") {
  FakeNode node = test::bcm2835_codec();
  for (const auto& [width, height] : {std::pair{1920U, 1920U}, {1296U, 972U}, {34U, 32U}}) {
    CAPTURE(width);
    V4l2Bench bench(node, test::v4l2_settings(width, height));
    bench.encode();
    for (int plane = 0; plane < 3; ++plane)
      CHECK(node.pictures.back().planes[plane] == bench.picture.planes[plane]);
  }
  Failure failure{};
  CHECK_FALSE(test::open_fake(node, test::v4l2_settings(1922, 1080), failure));
  CHECK(std::string(failure.message).find("has not the size 1922x1080") != std::string::npos);
}

TEST_CASE("video and raw buffer are waited for, whichever the driver gives back first") {
  for (const bool raw_is_first : {true, false}) {
    CAPTURE(raw_is_first);
    FakeNode node;
    (raw_is_first ? node.video_is_late : node.raw_is_late) = 2;
    V4l2Bench bench(node);
    for (int i = 1; i <= 3; ++i) CHECK(bench.encode() == frame(i, i == 1));
  }
}

TEST_CASE("signals do not end the wait for a frame") {
  FakeNode node;
  V4l2Bench bench(node);
  node.interruptions = 3;
  CHECK(bench.encode() == frame(1, true));
}

TEST_CASE("key frames without parameter sets can't be sent") {
  FakeNode node;
  node.has_sets = false;
  V4l2Bench bench(node);
  CHECK(reason_of_failure(bench) ==
        "the encoder /dev/video11 (fake-encode) makes key frames without parameter sets");
}

TEST_CASE("two encoders of one device know nothing of each other") {
  FakeNode node;
  V4l2Bench first(node), second(node, test::v4l2_settings(640, 480));
  CHECK(first.encode() == frame(1, true));
  CHECK(first.encode() == frame(2, false));
  CHECK(second.encode() == frame(1, true));
  CHECK(first.encode(true) == frame(3, true));
  CHECK(second.encode() == frame(2, false));
  CHECK(node.pictures.back().planes[0].width == 640);
  second.codec.reset();
  CHECK(first.encode() == frame(4, false));
}

}  // namespace
}  // namespace pcs
