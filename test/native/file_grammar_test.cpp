// Files by the grammar of .y4m, and folders of JPEGs, that change while they play. Under sanitizers in `npm
// test`.
#include <doctest/doctest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "sources/jpeg_folder.h"
#include "sources/y4m_file.h"
#include "support.h"

namespace pcs {
namespace {

using Result = FrameProducer::Result;

class Generator {
 public:
  explicit Generator(unsigned seed) : engine_(seed) {}

  size_t below(size_t limit) { return engine_() % limit; }
  bool one_in(size_t count) { return below(count) == 0; }
  std::string pick(const std::vector<std::string>& values) { return values[below(values.size())]; }

  std::string bytes(size_t count) {
    std::string result(count, '\0');
    for (char& byte : result) byte = static_cast<char>(below(256));
    return result;
  }

  // The first line: a good one, or one in which words are missing, doubled or senseless.
  std::string y4m_header() {
    if (one_in(3)) return "YUV4MPEG2 W2 H2\n";  // of frames of 6 bytes
    if (one_in(3))
      return "YUV4MPEG2 W" + std::to_string(1 + below(20)) + " H" + std::to_string(1 + below(20)) + "\n";
    std::string line = pick({"YUV4MPEG2", "YUV4MPEG2", "YUV4MPEG", "", "FRAME"});
    for (size_t words = below(8); words > 0; --words) {
      line += pick({" ", " ", "  ", "\t", ""}) +
              pick({"W", "W", "H", "H", "F", "C", "I", "A", "X", "XCOLORRANGE=", std::string(1, '\0')}) +
              pick({"1",       "2",    "16",   "17",  "0",    "-1",      "65500", "65501", "4294967297",
                    "1e9",     "25:1", "1:0",  "0:0", ":",    "inf",     "nan",   "420",   "422",
                    "420jpeg", "444",  "mono", "p",   "FULL", "LIMITED", bytes(3)});
    }
    return line + pick({"\n", "\n", "\n", "\r\n", "", std::string(2000, ' ') + "\n"});
  }

  std::string y4m_frames() {
    std::string content;
    for (size_t frames = below(6); frames > 0; --frames)
      content += pick({"FRAME\n", "FRAME\n", "FRAME\n", "FRAME Ixyz\n", "FRAMES\n", "FRAME", "frame\n",
                       "FRAME " + std::string(1100, 'x') + "\n"}) +
                 bytes(one_in(3) ? below(900) : 6);
    return content;
  }

  // Cuts, lengthens, writes over, replaces or removes a file.
  void damage(const std::string& path) {
    std::error_code error;
    const auto bytes_now = std::filesystem::file_size(path, error);
    if (error) return;
    switch (below(6)) {
      case 0:
        return std::filesystem::resize_file(path, below(bytes_now + 1), error);
      case 1:
        std::ofstream(path, std::ios::app | std::ios::binary) << bytes(below(2000));
        return;
      case 2: {
        std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
        file.seekp(static_cast<std::streamoff>(below(bytes_now + 1)));
        file << bytes(below(100));
        return;
      }
      case 3:
        std::ofstream(path + ".new", std::ios::binary) << bytes(below(500));
        return std::filesystem::rename(path + ".new", path, error);
      case 4:
        std::filesystem::remove(path, error);
        if (one_in(2)) mkfifo(path.c_str(), 0600);
        return;
      default:
        return;
    }
  }

 private:
  std::mt19937 engine_;
};

// Plays some frames into memory with a fence behind it, while the files change. Returns how many came.
size_t play(FrameProducer& producer, Generator& generator, const std::vector<std::string>& files) {
  constexpr size_t kSomeMegabytes = size_t{16} << 20;
  const size_t capacity = producer.frame_bytes();
  if (capacity > kSomeMegabytes) return 0;
  const test::FencedMemory memory(capacity);
  size_t frames = 0;
  for (int turn = 0; turn < 12; ++turn) {
    RawFrame frame{};
    Failure failure{};
    const Result result = producer.produce(memory.data(), frame, failure);
    CHECK((result == Result::kFailed) == (std::string(failure.code).starts_with("ERR_FILE_")));
    if (result != Result::kFrame) break;
    ++frames;
    CHECK(frame.jpeg_bytes <= capacity);
    CHECK(frame.planes[0].data == memory.data());
    if (generator.one_in(4)) generator.damage(files[generator.below(files.size())]);
  }
  return frames;
}

TEST_CASE("any .y4m is played or refused, and goes on or fails whatever happens to it") {
  const test::TemporaryFolder folder;
  Generator generator(1);
  size_t frames = 0;
  for (int i = 0; i < 4000; ++i) {
    const std::string path = folder.file(std::to_string(i));
    folder.write(std::to_string(i), generator.y4m_header() + generator.y4m_frames());
    Failure failure{};
    const auto file = Y4mFile::open(path, generator.one_in(2), failure);
    if (file)
      frames += play(*file, generator, {path});
    else
      CHECK(std::string(failure.code) == "ERR_FILE_FORMAT");
    std::filesystem::remove(path);
  }
  CHECK(frames > 1000);
}

TEST_CASE("any folder of JPEGs is played or refused, and goes on or fails whatever happens to it") {
  Generator generator(2);
  size_t frames = 0;
  for (int i = 0; i < 500; ++i) {
    const test::TemporaryFolder folder;
    std::vector<std::string> files;
    for (size_t count = 1 + generator.below(4); count > 0; --count)
      files.push_back(folder.write(std::to_string(count) + generator.pick({".jpg", ".JPEG", ".jpg", ".txt"}),
                                   "\xff\xd8" + generator.bytes(generator.below(3000))));
    if (generator.one_in(4)) generator.damage(files[0]);
    Failure failure{};
    const auto jpegs = JpegFolder::open(folder.path(), generator.one_in(2), failure);
    if (jpegs)
      frames += play(*jpegs, generator, files);
    else
      CHECK(std::string(failure.code).starts_with("ERR_"));
  }
  CHECK(frames > 500);
}

}  // namespace
}  // namespace pcs
