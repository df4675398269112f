// Which device of V4L2 is taken for an encoder, and what it is told before it starts.
#include <doctest/doctest.h>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include "v4l2_bench.h"

namespace pcs {
namespace {

using test::FakeNode;
using test::V4l2Bench;
using Values = std::vector<int32_t>;

std::string refusal(FakeNode& node, const VideoSettings& settings = test::v4l2_settings()) {
  Failure failure{};
  CHECK_FALSE(test::open_fake(node, settings, failure));
  CHECK(std::string(failure.code) == "ERR_ENCODE");
  CHECK(node.closed == node.opened);
  CHECK(node.unmapped == node.mapped);
  return failure.message;
}

TEST_CASE("of all nodes the one is found that makes H.264 of raw frames, wherever it is") {
  FakeNode camera, decoder, jpeg_encoder, scaler, single_planar, encoder;
  camera.capabilities = V4L2_CAP_VIDEO_CAPTURE | V4L2_CAP_STREAMING;
  decoder.capture_formats = {V4L2_PIX_FMT_YUV420};
  decoder.output_formats = {V4L2_PIX_FMT_H264};
  jpeg_encoder.capture_formats = {V4L2_PIX_FMT_JPEG};
  scaler.capture_formats = {V4L2_PIX_FMT_YUV420};
  single_planar.capabilities = V4L2_CAP_VIDEO_M2M | V4L2_CAP_STREAMING;
  encoder.card = "the right one";
  for (const std::string path : {"/dev/video0", "/dev/video11", "/dev/video31", "/dev/video63"}) {
    CAPTURE(path);
    std::map<std::string, FakeNode*> nodes{{"/dev/video1", &camera},
                                           {"/dev/video10", &decoder},
                                           {"/dev/video12", &scaler},
                                           {"/dev/video18", &jpeg_encoder},
                                           {"/dev/video20", &single_planar}};
    Failure failure{};
    CHECK_FALSE(open_v4l2_h264_codec(test::v4l2_settings(), failure, test::opens(nodes)));
    CHECK(std::string(failure.code).empty());  // nothing is wrong: there is none
    nodes[path] = &encoder;
    CHECK(open_v4l2_h264_codec(test::v4l2_settings(), failure, test::opens(nodes)));
  }
  for (const FakeNode* other : {&camera, &decoder, &jpeg_encoder, &scaler, &single_planar}) {
    CHECK(other->log.empty());
    CHECK(other->closed == other->opened);
  }
}

TEST_CASE("where the usual node is the encoder no other is opened") {
  FakeNode camera, encoder;
  Failure failure{};
  CHECK(open_v4l2_h264_codec(test::v4l2_settings(), failure,
                             test::opens({{"/dev/video0", &camera}, {"/dev/video11", &encoder}})));
  CHECK(camera.opened == 0);
}

TEST_CASE("an encoder is told size, rate and colours") {
  FakeNode node;
  VideoSettings settings = test::v4l2_settings(640, 480);
  settings.fps = 29.97;
  V4l2Bench bench(node, settings);
  CHECK(node.capture_format.pixel_format == V4L2_PIX_FMT_H264);
  CHECK(node.capture_format.bytes == 640 * 480);
  for (const auto& format : {node.capture_format, node.output_format}) {
    CHECK(format.width == 640);
    CHECK(format.height == 480);
    CHECK(format.colorspace == V4L2_COLORSPACE_SRGB);
    CHECK(format.xfer_func == V4L2_XFER_FUNC_SRGB);
    CHECK(format.ycbcr_enc == V4L2_YCBCR_ENC_601);
    CHECK(format.quantization == V4L2_QUANTIZATION_LIM_RANGE);
  }
  CHECK(node.output_format.pixel_format == V4L2_PIX_FMT_YUV420);
  CHECK(node.interval.numerator == 1000);
  CHECK(node.interval.denominator == 29'970);
}

TEST_CASE("an encoder is told bitrate, profile, key frames and headers") {
  FakeNode node;
  V4l2Bench bench(node);
  CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_BITRATE) == Values{1'000'000});
  CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_BITRATE_MODE) == Values{V4L2_MPEG_VIDEO_BITRATE_MODE_CBR});
  CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_H264_PROFILE) ==
        Values{V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_BASELINE});
  CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_H264_I_PERIOD) == Values{300});
  CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_GOP_SIZE).empty());
  CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER) == Values{1});
  CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_HEADER_MODE) ==
        Values{V4L2_MPEG_VIDEO_HEADER_MODE_JOINED_WITH_1ST_FRAME});
}

TEST_CASE("the level has room for size and rate") {
  struct Case {
    uint32_t width, height;
    double fps;
    int32_t level;
  };
  for (const auto& [width, height, fps, level] : {Case{640, 480, 30, V4L2_MPEG_VIDEO_H264_LEVEL_3_1},
                                                  {1280, 720, 30, V4L2_MPEG_VIDEO_H264_LEVEL_3_1},
                                                  {1280, 720, 60, V4L2_MPEG_VIDEO_H264_LEVEL_3_2},
                                                  {640, 480, 120, V4L2_MPEG_VIDEO_H264_LEVEL_3_2},
                                                  {1920, 1080, 30, V4L2_MPEG_VIDEO_H264_LEVEL_4_0},
                                                  {1920, 1080, 60, V4L2_MPEG_VIDEO_H264_LEVEL_4_2},
                                                  {1920, 1920, 30, V4L2_MPEG_VIDEO_H264_LEVEL_5_0},
                                                  {1920, 1080, 120, V4L2_MPEG_VIDEO_H264_LEVEL_5_1},
                                                  {1920, 1080, 1000, V4L2_MPEG_VIDEO_H264_LEVEL_5_1}}) {
    CAPTURE(width);
    CAPTURE(fps);
    FakeNode node;
    VideoSettings settings = test::v4l2_settings(width, height);
    settings.fps = fps;
    V4l2Bench bench(node, settings);
    CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_H264_LEVEL) == Values{level});
  }
}

TEST_CASE("baseline does where constrained baseline is refused, and no other profile") {
  FakeNode node;
  node.refused_values = {
      {V4L2_CID_MPEG_VIDEO_H264_PROFILE, V4L2_MPEG_VIDEO_H264_PROFILE_CONSTRAINED_BASELINE}};
  V4l2Bench bench(node);
  CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_H264_PROFILE) == Values{V4L2_MPEG_VIDEO_H264_PROFILE_BASELINE});
  node.refused_values.insert({V4L2_CID_MPEG_VIDEO_H264_PROFILE, V4L2_MPEG_VIDEO_H264_PROFILE_BASELINE});
  bench.codec.reset();
  CHECK(refusal(node) ==
        "the encoder /dev/video11 (fake-encode) can't make H.264 of the baseline profile: "
        "Numerical result out of range");
}

TEST_CASE("without bitrate, level or key frames on request an encoder is not taken, without others it is") {
  for (const uint32_t needed :
       {V4L2_CID_MPEG_VIDEO_BITRATE, V4L2_CID_MPEG_VIDEO_H264_LEVEL, V4L2_CID_MPEG_VIDEO_FORCE_KEY_FRAME}) {
    CAPTURE(needed);
    FakeNode node;
    node.missing_controls = {needed};
    CHECK(refusal(node).find("Invalid argument") != std::string::npos);
  }
  FakeNode node;
  node.missing_controls = {V4L2_CID_MPEG_VIDEO_BITRATE_MODE, V4L2_CID_MPEG_VIDEO_HEADER_MODE,
                           V4L2_CID_MPEG_VIDEO_REPEAT_SEQ_HEADER, V4L2_CID_MPEG_VIDEO_H264_I_PERIOD};
  V4l2Bench bench(node);
  CHECK(node.values_of(V4L2_CID_MPEG_VIDEO_GOP_SIZE) == Values{300});
}

TEST_CASE("an encoder that has not the size is not taken") {
  const std::string name = "the encoder /dev/video11 (fake-encode) has not the size ";
  FakeNode node;
  node.max_height = 1080;
  for (const auto& [width, height] : {std::pair{1922U, 1080U}, {1920U, 1082U}, {2304U, 1296U}, {16U, 64U}}) {
    const auto size = std::to_string(width) + "x" + std::to_string(height);
    CHECK(refusal(node, test::v4l2_settings(width, height)) == name + size);
  }
  V4l2Bench fits(node, test::v4l2_settings(1920, 1080));
}

TEST_CASE("rows that the driver adds are left out of the picture, or it is not taken") {
  FakeNode node;
  node.row_alignment = 16;
  V4l2Bench bench(node, test::v4l2_settings(1920, 1080));
  CHECK(node.output_format.height == 1088);
  CHECK(node.crop.height == 1080);
  CHECK(node.crop.width == 1920);
  node.crops = false;
  CHECK_FALSE(bench.codec == nullptr);
  bench.codec.reset();
  CHECK(refusal(node, test::v4l2_settings(1920, 1080)) ==
        "the encoder /dev/video11 (fake-encode) does not leave padding out");
  node.row_alignment = 1;
  V4l2Bench without_padding(node, test::v4l2_settings(1920, 1080));
}

TEST_CASE("whatever is refused while it is opened, nothing of the device stays behind") {
  for (const unsigned long request : {VIDIOC_S_FMT, VIDIOC_S_PARM, VIDIOC_S_CTRL, VIDIOC_REQBUFS,
                                      VIDIOC_QUERYBUF, VIDIOC_STREAMON, VIDIOC_QBUF}) {
    CAPTURE(request);
    FakeNode node;
    node.errors[request] = EIO;
    refusal(node);
    const int begun = node.logged("STREAMON OUTPUT") + node.logged("STREAMON CAPTURE");
    CHECK(node.logged("STREAMOFF OUTPUT") + node.logged("STREAMOFF CAPTURE") == begun);
    CHECK(node.logged("REQBUFS 0 OUTPUT") == node.logged("REQBUFS OUTPUT"));
    CHECK(node.logged("REQBUFS 0 CAPTURE") == node.logged("REQBUFS CAPTURE"));
  }
  for (const unsigned long request : {VIDIOC_QUERYCAP, VIDIOC_ENUM_FMT}) {  // it is no encoder at all
    FakeNode node;
    node.errors[request] = EIO;
    Failure failure{};
    CHECK_FALSE(test::open_fake(node, test::v4l2_settings(), failure));
    CHECK(std::string(failure.code).empty());
    CHECK(node.closed == node.opened);
  }
  FakeNode node;
  node.maps = false;
  CHECK(refusal(node) == "the encoder /dev/video11 (fake-encode) has buffers that can't be mapped");
}

TEST_CASE("an encoder may make more buffers than it was asked for") {
  FakeNode node;
  node.buffer_count = 4;
  {
    V4l2Bench bench(node);
    for (int i = 0; i < 10; ++i) bench.encode();
  }
  CHECK(node.mapped == 8);
  CHECK(node.unmapped == 8);
}

}  // namespace
}  // namespace pcs
