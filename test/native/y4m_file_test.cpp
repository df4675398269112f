#include "sources/y4m_file.h"

#include <doctest/doctest.h>

#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
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
    file = Y4mFile::open(folder.write("clip.y4m", content), loop, failure);
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

constexpr size_t kVgaBytes = 640 * 480 * 3 / 2;

// Two frames of many pages.
std::string vga_clip() {
  return "YUV4MPEG2 W640 H480\n" + frame(kVgaBytes, 1) + frame(kVgaBytes, 2);
}

TEST_CASE("a picture that is lent stays as it is, whatever happens to the file") {
  Opened clip(vga_clip(), true);
  REQUIRE(clip.produce() == Result::kFrame);
  SUBCASE("cut") {
    std::filesystem::resize_file(clip.folder.file("clip.y4m"), 0);
  }
  SUBCASE("written over") {
    std::fstream(clip.folder.file("clip.y4m"), std::ios::in | std::ios::out) << std::string(kVgaBytes, '!');
  }
  const auto planes = frame(kVgaBytes, 1, "");
  CHECK(std::memcmp(clip.raw.planes[0].data, planes.data(), planes.size()) == 0);
}

TEST_CASE("a file that is cut short while it plays fails, wherever it is cut") {
  const std::string content = vga_clip();
  const size_t second = content.size() - kVgaBytes - 6;
  for (const size_t left : {size_t{0}, size_t{10}, size_t{100}, second - 1, second, second + 3, second + 6,
                            content.size() - 4096, content.size() - 1}) {
    for (const bool loop : {false, true}) {
      CAPTURE(left);
      Opened clip(content, loop);
      REQUIRE(clip.produce() == Result::kFrame);
      std::filesystem::resize_file(clip.folder.file("clip.y4m"), left);
      CHECK(clip.produce() == Result::kFailed);
      CHECK(std::string(clip.failure.code) == "ERR_FILE_FORMAT");
      CHECK(std::string(clip.failure.message).find("clip.y4m: has been cut short") != std::string::npos);
    }
  }
}

TEST_CASE("a file that is written over while it plays fails where a frame should begin") {
  for (const std::string& garbage : {std::string(400, '!'), std::string(400, '\n'), std::string(400, '\0'),
                                     std::string("YUV4MPEG2 W4 H4\n"), "FRAMF\n" + frame(6, 3)}) {
    for (const bool loop : {false, true}) {
      CAPTURE(garbage);
      Opened clip("YUV4MPEG2 W2 H2\n" + frame(6, 1) + frame(6, 2) + frame(6, 3), loop);
      REQUIRE(clip.produce() == Result::kFrame);
      std::fstream file(clip.folder.file("clip.y4m"), std::ios::in | std::ios::out);
      file.seekp(28);
      file << garbage;
      file.close();
      CHECK(clip.produce() == Result::kFailed);
      CHECK(std::string(clip.failure.code) == "ERR_FILE_FORMAT");
      CHECK(std::string(clip.failure.message).find("byte 28 begins no frame") != std::string::npos);
    }
  }
}

TEST_CASE("a file that loops fails when no frame is left in it") {
  Opened clip("YUV4MPEG2 W2 H2\n" + frame(6, 1), true);
  REQUIRE(clip.produce() == Result::kFrame);
  std::fstream(clip.folder.file("clip.y4m"), std::ios::in | std::ios::out) << "YUV4MPEG2 W2 H2\nFRAMEabcdefg";
  CHECK(clip.produce() == Result::kFailed);
  CHECK(std::string(clip.failure.code) == "ERR_FILE_FORMAT");
}

TEST_CASE("a file that grows, or that another replaces, is played as it was when it was opened") {
  Opened clip("YUV4MPEG2 W2 H2\n" + frame(6, 1), true);
  REQUIRE(clip.produce() == Result::kFrame);
  SUBCASE("grown") {
    std::ofstream(clip.folder.file("clip.y4m"), std::ios::app) << frame(6, 3);
  }
  SUBCASE("replaced") {
    clip.folder.write("other", "no clip at all");
    std::filesystem::rename(clip.folder.file("other"), clip.folder.file("clip.y4m"));
  }
  SUBCASE("removed") {
    std::filesystem::remove(clip.folder.file("clip.y4m"));
  }
  for (int i = 0; i < 3; ++i) {
    REQUIRE(clip.produce() == Result::kFrame);
    CHECK(clip.raw.planes[0].data[0] == 16);
  }
}

TEST_CASE("a file whose frames are too large for memory is refused, however little of the disk it takes") {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("huge.y4m", "YUV4MPEG2 W65500 H65500 C422\nFRAME\n");
  std::filesystem::resize_file(path, size_t{65500} * 65500 * 2 + 1000);
  Failure failure{};
  CHECK_FALSE(Y4mFile::open(path, true, failure));
  CHECK(std::string(failure.code) == "ERR_FILE_FORMAT");
  CHECK(std::string(failure.message).find("its frames have 8580500000 bytes") != std::string::npos);
}

TEST_CASE("headers that cannot be used are refused with the reason") {
  const struct {
    const char* content;
    const char* reason;
  } cases[] = {
      {"", "is empty"},
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
  CHECK_FALSE(Y4mFile::open(folder.file("none.y4m"), true, failure));
  CHECK(std::string(failure.code) == "ERR_FILE_NOT_FOUND");
  CHECK_FALSE(Y4mFile::open(folder.path(), true, failure));
  CHECK(std::string(failure.code) == "ERR_FILE_FORMAT");
}

}  // namespace
}  // namespace pcs
