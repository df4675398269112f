#include "sources/file_source.h"

#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "recording_sink.h"
#include "sources/jpeg_folder.h"
#include "sources/regular_file.h"
#include "support.h"

namespace pcs {
namespace {

using test::eventually;

// The content of each file that the folder plays, until it ends.
std::vector<std::string> play(JpegFolder& folder, size_t at_most) {
  std::vector<std::string> contents;
  std::vector<uint8_t> memory(folder.frame_bytes());
  Failure failure{};
  RawFrame frame{};
  while (contents.size() < at_most &&
         folder.produce(memory.data(), frame, failure) == FrameProducer::Result::kFrame) {
    CHECK(frame.layout == PixelLayout::kJpeg);
    CHECK(frame.planes[0].data == memory.data());
    contents.emplace_back(memory.begin(), memory.begin() + static_cast<std::ptrdiff_t>(frame.jpeg_bytes));
  }
  return contents;
}

std::string code_of(const FileOptions& options) {
  Failure failure{};
  CHECK_FALSE(open_file_source(options, failure));
  return failure.code;
}

TEST_CASE("a folder's JPEGs are played in order of their names, byte for byte") {
  const test::TemporaryFolder folder;
  folder.write("b.JPG", "second");
  folder.write("a.jpg", "first one");
  folder.write("c.jpeg", "third");
  folder.write("0.txt", "none of them, and longer than all");
  Failure failure{};
  const auto jpegs = JpegFolder::open(folder.path(), false, failure);
  REQUIRE(jpegs);
  CHECK(jpegs->info().layout == PixelLayout::kJpeg);
  CHECK(jpegs->info().max_jpeg_bytes == 9);
  CHECK(jpegs->frame_bytes() == 9);
  CHECK(play(*jpegs, 100) == std::vector<std::string>{"first one", "second", "third"});
}

TEST_CASE("a folder that loops begins again") {
  const test::TemporaryFolder folder;
  folder.write("1.jpg", "x");
  folder.write("2.jpg", "y");
  Failure failure{};
  const auto jpegs = JpegFolder::open(folder.path(), true, failure);
  REQUIRE(jpegs);
  CHECK(play(*jpegs, 5) == std::vector<std::string>{"x", "y", "x", "y", "x"});
}

TEST_CASE("a single JPEG may have any name") {
  const test::TemporaryFolder folder;
  Failure failure{};
  const auto jpeg = JpegFolder::open(folder.write("picture", "pixels"), false, failure);
  REQUIRE(jpeg);
  CHECK(play(*jpeg, 5) == std::vector<std::string>{"pixels"});
}

TEST_CASE("a file that changes while it is played is an error, not an overflow") {
  const test::TemporaryFolder folder;
  const std::string path = folder.write("1.jpg", "four");
  Failure failure{};
  const auto jpegs = JpegFolder::open(folder.path(), true, failure);
  REQUIRE(jpegs);
  test::FencedMemory memory(jpegs->frame_bytes());
  RawFrame frame{};
  SUBCASE("grown") {
    folder.write("1.jpg", "five!");
    CHECK(jpegs->produce(memory.data(), frame, failure) == FrameProducer::Result::kFailed);
    CHECK(std::string(failure.code) == "ERR_FILE_FORMAT");
  }
  SUBCASE("gone") {
    std::filesystem::remove(path);
    CHECK(jpegs->produce(memory.data(), frame, failure) == FrameProducer::Result::kFailed);
    CHECK(std::string(failure.code) == "ERR_FILE_NOT_FOUND");
  }
  SUBCASE("shrunk") {
    folder.write("1.jpg", "two");
    CHECK(jpegs->produce(memory.data(), frame, failure) == FrameProducer::Result::kFrame);
    CHECK(frame.jpeg_bytes == 3);
  }
  SUBCASE("emptied") {
    folder.write("1.jpg", "");
    CHECK(jpegs->produce(memory.data(), frame, failure) == FrameProducer::Result::kFrame);
    CHECK(frame.jpeg_bytes == 0);
  }
  SUBCASE("replaced by a pipe") {
    std::filesystem::remove(path);
    REQUIRE(mkfifo(path.c_str(), 0600) == 0);
    CHECK(jpegs->produce(memory.data(), frame, failure) == FrameProducer::Result::kFailed);
    CHECK(std::string(failure.message).find("is a pipe, not a file") != std::string::npos);
  }
  SUBCASE("replaced by another") {
    folder.write("other", "2nd");
    std::filesystem::rename(folder.file("other"), path);
    CHECK(jpegs->produce(memory.data(), frame, failure) == FrameProducer::Result::kFrame);
    CHECK(frame.jpeg_bytes == 3);
  }
}

TEST_CASE("pipes and devices are refused at once, as a clip, as a picture and in a folder") {
  const test::TemporaryFolder folder;
  for (const char* name : {"pipe.y4m", "pipe.jpg"}) {
    REQUIRE(mkfifo(folder.file(name).c_str(), 0600) == 0);
    CHECK(code_of({folder.file(name)}) == "ERR_FILE_FORMAT");
  }
  CHECK(code_of({folder.path()}) == "ERR_FILE_FORMAT");
  for (const char* name : {"zero.y4m", "zero.jpg"}) {
    std::filesystem::create_symlink("/dev/zero", folder.file(name));
    CHECK(code_of({folder.file(name)}) == "ERR_FILE_FORMAT");
  }
}

TEST_CASE("a link to a file is played as the file") {
  const test::TemporaryFolder folder;
  folder.write("clip", "YUV4MPEG2 W2 H2\nFRAME\n123456");
  std::filesystem::create_symlink("clip", folder.file("link.y4m"));
  Failure failure{};
  CHECK(open_file_source({folder.file("link.y4m")}, failure));
}

TEST_CASE("a disk that fails is a failure with its reason") {
  Failure failure{};
  const auto file = RegularFile::open("/proc/self/mem", failure);  // nothing is mapped at its beginning
  REQUIRE(file);
  uint8_t memory[16];
  CHECK_FALSE(file->read(0, memory, sizeof memory, failure));
  CHECK(std::string(failure.code) == "ERR_FILE_FORMAT");
  CHECK(std::string(failure.message).find("Input/output error") != std::string::npos);
}

TEST_CASE("what cannot be played is refused with its code") {
  const test::TemporaryFolder folder;
  CHECK(code_of({folder.file("none.jpg")}) == "ERR_FILE_NOT_FOUND");
  CHECK(code_of({folder.file("none.y4m")}) == "ERR_FILE_NOT_FOUND");
  CHECK(code_of({folder.path()}) == "ERR_FILE_FORMAT");
  CHECK(code_of({folder.write("empty.jpg", "")}) == "ERR_JPEG_INVALID");
  CHECK(code_of({folder.write("bad.y4m", "no header")}) == "ERR_FILE_FORMAT");
  const std::string large = folder.write("large.jpg", "x");
  std::filesystem::resize_file(large, (1 << 24) + (1 << 16) + 1);
  CHECK(code_of({large}) == "ERR_JPEG_SIZE");
}

TEST_CASE("the rate is the one that was asked for, else the file's own, else 30") {
  const test::TemporaryFolder folder;
  const std::string clip = folder.write("clip.y4m", "YUV4MPEG2 W2 H2 F12:1\nFRAME\n123456");
  const std::string jpeg = folder.write("1.jpg", "x");
  const auto fps = [](const std::string& path, double wanted) {
    Failure failure{};
    const auto source = open_file_source({path, wanted}, failure);
    REQUIRE(source);
    return source->info().fps;
  };
  CHECK(fps(clip, 0) == 12);
  CHECK(fps(clip, 50) == 50);
  CHECK(fps(jpeg, 0) == 30);
}

TEST_CASE("a clip played unpaced comes whole, with its orientation and its end") {
  const test::TemporaryFolder folder;
  const std::string clip = folder.write("clip.y4m", "YUV4MPEG2 W2 H2\nFRAME\n123456FRAME\nabcdef");
  Failure failure{};
  const auto source = open_file_source({clip, 0, false, false, Orientation::kRotate180}, failure);
  REQUIRE(source);
  CHECK(source->info().pending_orientation == Orientation::kRotate180);
  CHECK_FALSE(source->info().live);
  test::RecordingSink sink(true);
  REQUIRE(source->start(sink, failure));
  REQUIRE(eventually([&] { return !sink.events().empty(); }));
  CHECK(sink.frame_count() == 2);
  CHECK(sink.events()[0].first == SourceEvent::kEndOfStream);
}

}  // namespace
}  // namespace pcs
