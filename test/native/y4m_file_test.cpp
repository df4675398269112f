#include "sources/y4m_file.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "support.h"

namespace pcs {
namespace {

using Result = FrameProducer::Result;

// Frame n's bytes: n * 16, then counting up.
std::string frame(size_t bytes, int number, const std::string& header = "FRAME\n") {
  std::string content = header;
  for (size_t i = 0; i < bytes; ++i) content.push_back(static_cast<char>(number * 16 + static_cast<int>(i)));
  return content;
}

struct Opened {
  explicit Opened(const std::string& content, bool loop = false) {
    file = Y4mFile::open(folder.write("clip.y4m", content), loop, false, failure);
    if (file) memory.assign(file->frame_bytes(), 0);
  }

  Result produce() {
    raw = {};
    return file->produce(memory.data(), raw, failure);
  }

  test::TemporaryFolder folder;
  Failure failure{};
  std::unique_ptr<Y4mFile> file;
  std::vector<uint8_t> memory;
  RawFrame raw{};
};

TEST_CASE("4:2:0 of an odd size is read as three planes, frame by frame") {
  constexpr size_t kBytes = 5 * 3 + 2 * 3 * 2;
  Opened clip("YUV4MPEG2 W5 H3 F30000:1001 C420jpeg\n" + frame(kBytes, 1) + frame(kBytes, 2, "FRAME Ixyz\n"));
  REQUIRE(clip.file);
  const SourceInfo info = clip.file->info();
  CHECK(info.layout == PixelLayout::kI420);
  CHECK(info.width == 5);
  CHECK(info.height == 3);
  CHECK(info.fps == doctest::Approx(29.97).epsilon(0.0001));
  for (const int first : {16, 32}) {
    CHECK(clip.produce() == Result::kFrame);
    const RawFrame& raw = clip.raw;
    CHECK(raw.layout == PixelLayout::kI420);
    CHECK(raw.width == 5);
    CHECK(raw.height == 3);
    CHECK(raw.planes[0].stride == 5);
    CHECK(raw.planes[1].stride == 3);
    CHECK(raw.planes[2].stride == 3);
    CHECK(raw.planes[0].data[0] == first);
    CHECK(raw.planes[1].data[0] == first + 15);
    CHECK(raw.planes[2].data[5] == first + 26);
  }
  CHECK(clip.produce() == Result::kEnd);
}

TEST_CASE("4:2:2 has as many chroma rows as luma rows") {
  constexpr size_t kBytes = 5 * 3 + 2 * 3 * 3;
  Opened clip("YUV4MPEG2 W5 H3 F25:1 C422\n" + frame(kBytes, 1));
  REQUIRE(clip.file);
  CHECK(clip.file->info().layout == PixelLayout::kI422);
  REQUIRE(clip.produce() == Result::kFrame);
  CHECK(clip.raw.layout == PixelLayout::kI422);
  CHECK(clip.raw.planes[2].data == clip.raw.planes[1].data + 9);
}

TEST_CASE("the range is limited unless the file says that it is full") {
  const std::string planes = frame(6, 1);
  for (const auto& [words, range] : {std::pair{"", ColorRange::kLimited},
                                     {" XCOLORRANGE=LIMITED", ColorRange::kLimited},
                                     {" XYSCSS=420JPEG", ColorRange::kLimited},
                                     {" XCOLORRANGE=FULL", ColorRange::kFull}}) {
    Opened clip("YUV4MPEG2 W2 H2 F25:1 Ip A1:1 C420jpeg" + std::string(words) + "\n" + planes);
    REQUIRE(clip.file);
    CHECK(clip.file->info().range == range);
    REQUIRE(clip.produce() == Result::kFrame);
    CHECK(clip.raw.range == range);
  }
}

TEST_CASE("a file that loops begins again, for ever") {
  Opened clip("YUV4MPEG2 W2 H2\n" + frame(6, 1) + frame(6, 2), true);
  REQUIRE(clip.file);
  for (const int first : {16, 32, 16, 32, 16}) {
    REQUIRE(clip.produce() == Result::kFrame);
    CHECK(clip.raw.planes[0].data[0] == first);
  }
}

TEST_CASE("a last frame that is cut short does not count") {
  const std::string cut = frame(6, 2).substr(0, 10);
  Opened once("YUV4MPEG2 W2 H2\n" + frame(6, 1) + cut);
  REQUIRE(once.file);
  CHECK(once.produce() == Result::kFrame);
  CHECK(once.produce() == Result::kEnd);
  Opened looping("YUV4MPEG2 W2 H2\n" + frame(6, 1) + cut, true);
  for (int i = 0; i < 3; ++i) {
    REQUIRE(looping.produce() == Result::kFrame);
    CHECK(looping.raw.planes[0].data[0] == 16);
  }
}

TEST_CASE("a file that goes bad while it loops is an error with a reason") {
  Opened clip("YUV4MPEG2 W2 H2\n" + frame(6, 1), true);
  REQUIRE(clip.produce() == Result::kFrame);
  clip.folder.write("clip.y4m", "YUV4MPEG2 W2 H2\n");
  CHECK(clip.produce() == Result::kFailed);
  CHECK(std::string(clip.failure.code) == "ERR_FILE_FORMAT");
  CHECK(std::string(clip.failure.message).find("clip.y4m: can no longer be read") != std::string::npos);
}

TEST_CASE("rates that make sense are kept, and others are not known") {
  const auto rate = [](const std::string& word) {
    Y4mFile::Header header{};
    std::string reason;
    REQUIRE(Y4mFile::parse_header("YUV4MPEG2 W2 H2 " + word, header, reason));
    return header.fps;
  };
  CHECK(rate("F25:1") == 25);
  CHECK(rate("F12.5") == 12.5);
  for (const char* senseless : {"", "F", "F0:0", "F1:0", "F-5:1", "Fabc", "Finf", "Fnan", "F1000000:1"}) {
    CAPTURE(std::string(senseless));
    CHECK(rate(senseless) == 0);
  }
}

TEST_CASE("a file that is cut short while it plays fails, and nothing beyond its end is looked at") {
  constexpr size_t kBytes = 640 * 480 * 3 / 2;
  Opened clip("YUV4MPEG2 W640 H480\n" + frame(kBytes, 1) + frame(kBytes, 2), true);
  REQUIRE(clip.file);
  for (int i = 0; i < 3; ++i) CHECK(clip.produce() == Result::kFrame);
  std::filesystem::resize_file(clip.folder.file("clip.y4m"), 100);
  CHECK(clip.produce() == Result::kFailed);
  CHECK(std::string(clip.failure.message).find("can no longer be read") != std::string::npos);
}

TEST_CASE("headers that cannot be used are refused with the reason") {
  const struct {
    const char* content;
    const char* reason;
  } cases[] = {
      {"", "is empty, or not a file"},
      {"YUV4MPEG2 W2 H2", "does not begin with a line of text"},
      {"\x89PNG\r\n\x1a\n", "does not begin with YUV4MPEG2"},
      {"\n", "does not begin with YUV4MPEG2"},
      {"YUV4MPEG2\n", "gives no usable width and height"},
      {"YUV4MPEG2 W2\n", "gives no usable width and height"},
      {"YUV4MPEG2 W0 H2\n", "gives no usable width and height"},
      {"YUV4MPEG2 W-2 H2\n", "gives no usable width and height"},
      {"YUV4MPEG2 W65501 H2\n", "gives no usable width and height"},
      {"YUV4MPEG2 W2 H99999999999999999999\n", "gives no usable width and height"},
      {"YUV4MPEG2 W2 H2 C444\n", "its pixel format C444 is not 8-bit 4:2:0 or 4:2:2"},
      {"YUV4MPEG2 W2 H2 Cmono\n", "its pixel format Cmono"},
      {"YUV4MPEG2 W2 H2 C420p10\n", "its pixel format C420p10"},
      {"YUV4MPEG2 W2 H2\n", "holds no complete frame"},
      {"YUV4MPEG2 W2 H2\nFRAME\n12345", "holds no complete frame"},
      {"YUV4MPEG2 W2 H2\nPICTURE\n123456", "holds no complete frame"},
  };
  for (const auto& [content, reason] : cases) {
    CAPTURE(std::string(content));
    Opened clip(content);
    CHECK_FALSE(clip.file);
    CHECK(std::string(clip.failure.code) == "ERR_FILE_FORMAT");
    CHECK(std::string(clip.failure.message).find(reason) != std::string::npos);
  }
}

TEST_CASE("a first line that does not end is given up") {
  Opened clip("YUV4MPEG2 W2 H2 X" + std::string(5000, 'x') + "\n" + frame(6, 1));
  CHECK_FALSE(clip.file);
}

TEST_CASE("a small file that announces huge frames is refused at once, without their memory") {
  const auto begin = std::chrono::steady_clock::now();
  Opened clip("YUV4MPEG2 W65500 H65500 C422\nFRAME\n");
  CHECK_FALSE(clip.file);
  CHECK(std::string(clip.failure.message).find("holds no complete frame") != std::string::npos);
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::milliseconds(500));
}

TEST_CASE("a file that is not there, and a folder") {
  Failure failure{};
  const test::TemporaryFolder folder;
  CHECK_FALSE(Y4mFile::open(folder.file("none.y4m"), true, false, failure));
  CHECK(std::string(failure.code) == "ERR_FILE_NOT_FOUND");
  CHECK_FALSE(Y4mFile::open(folder.path(), true, false, failure));
  CHECK(std::string(failure.code) == "ERR_FILE_FORMAT");
}

}  // namespace
}  // namespace pcs
