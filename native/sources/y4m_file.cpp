#include "sources/y4m_file.h"

#include <cstdlib>
#include <filesystem>
#include <sstream>
#include <system_error>
#include <utility>

#include "encoder/image_view.h"

namespace pcs {
namespace {

constexpr size_t kMaxHeaderBytes = 1024;
constexpr uint32_t kMaxDimension = 65500;
constexpr double kMaxFps = 1000;

// One line without its newline. False at the end of the file and for lines that are too long.
bool read_line(std::FILE* file, std::string& line) {
  line.clear();
  for (int c = std::fgetc(file); c != EOF; c = std::fgetc(file)) {
    if (c == '\n') return true;
    if (line.size() == kMaxHeaderBytes) return false;
    line.push_back(static_cast<char>(c));
  }
  return false;
}

uint32_t parse_dimension(const char* text) {
  const unsigned long value = std::strtoul(text, nullptr, 10);
  return value <= kMaxDimension ? static_cast<uint32_t>(value) : 0;
}

double parse_rate(const char* text) {
  char* end = nullptr;
  const double numerator = std::strtod(text, &end);
  const double denominator = *end == ':' ? std::strtod(end + 1, nullptr) : 1;
  const double rate = numerator / denominator;
  return rate > 0 && rate <= kMaxFps ? rate : 0;  // neither infinite nor NaN
}

bool parse_layout(const std::string& name, PixelLayout& layout) {
  if (name == "420" || name == "420jpeg" || name == "420mpeg2" || name == "420paldv") {
    layout = PixelLayout::kI420;
  } else if (name == "422") {
    layout = PixelLayout::kI422;
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool Y4mFile::parse_header(const std::string& line, Header& header, std::string& reason) {
  std::istringstream words(line);
  std::string word;
  words >> word;
  header = {0, 0, 0, PixelLayout::kI420, ColorRange::kLimited};
  if (word != "YUV4MPEG2") {
    reason = "does not begin with YUV4MPEG2";
    return false;
  }
  while (words >> word) {
    const char* value = word.c_str() + 1;
    if (word[0] == 'W') header.width = parse_dimension(value);
    if (word[0] == 'H') header.height = parse_dimension(value);
    if (word[0] == 'F') header.fps = parse_rate(value);
    if (word == "XCOLORRANGE=FULL") header.range = ColorRange::kFull;
    if (word[0] == 'C' && !parse_layout(value, header.layout)) {
      reason = "its pixel format C" + std::string(value) + " is not 8-bit 4:2:0 or 4:2:2";
      return false;
    }
  }
  if (header.width == 0 || header.height == 0) {
    reason = "its first line gives no usable width and height";
    return false;
  }
  return true;
}

std::unique_ptr<Y4mFile> Y4mFile::open(const std::string& path, bool loop, Failure& failure) {
  File file(std::fopen(path.c_str(), "rb"));
  if (!file) {
    failure.set("ERR_FILE_NOT_FOUND", "%s: cannot be read", path.c_str());
    return nullptr;
  }
  std::string line, reason = "does not begin with a line of text";
  Header header{};
  if (!read_line(file.get(), line) || !parse_header(line, header, reason)) {
    failure.set("ERR_FILE_FORMAT", "%s: %s", path.c_str(), reason.c_str());
    return nullptr;
  }
  const long offset = std::ftell(file.get());
  std::unique_ptr<Y4mFile> y4m(new Y4mFile(path, loop, header, std::move(file), offset));
  // The header may announce more than there is: no memory is made for that.
  std::error_code error;
  const bool fits =
      std::filesystem::file_size(path, error) >= static_cast<size_t>(offset) + y4m->frame_bytes();
  std::vector<uint8_t> probe(fits ? y4m->frame_bytes() : 0);
  if (error || !fits || !y4m->read_frame(probe.data())) {
    failure.set("ERR_FILE_FORMAT", "%s: holds no complete frame", path.c_str());
    return nullptr;
  }
  std::fseek(y4m->file_.get(), offset, SEEK_SET);
  return y4m;
}

Y4mFile::Y4mFile(std::string path, bool loop, const Header& header, File file, long first_frame_offset)
    : path_(std::move(path)),
      loop_(loop),
      header_(header),
      file_(std::move(file)),
      first_frame_offset_(first_frame_offset) {}

SourceInfo Y4mFile::info() const {
  SourceInfo info{};
  info.layout = header_.layout;
  info.range = header_.range;
  info.width = header_.width;
  info.height = header_.height;
  info.fps = header_.fps;
  std::snprintf(info.name, sizeof info.name, "%s", path_.c_str());
  std::snprintf(info.color_label, sizeof info.color_label, "%s range",
                header_.range == ColorRange::kFull ? "full" : "limited");
  return info;
}

size_t Y4mFile::frame_bytes() const {
  return size_t{header_.width} * header_.height +
         2 * size_t{chroma_width(header_.width)} * chroma_height(header_.layout, header_.height);
}

FrameProducer::Result Y4mFile::produce(uint8_t* memory, RawFrame& frame, Failure& failure) {
  if (!read_frame(memory)) {
    if (!loop_) return Result::kEnd;
    std::fseek(file_.get(), first_frame_offset_, SEEK_SET);
    if (!read_frame(memory)) {
      failure.set("ERR_FILE_FORMAT", "%s: can no longer be read", path_.c_str());
      return Result::kFailed;
    }
  }
  const uint32_t columns = chroma_width(header_.width);
  const size_t luma = size_t{header_.width} * header_.height;
  const size_t chroma = size_t{columns} * chroma_height(header_.layout, header_.height);
  frame.layout = header_.layout;
  frame.range = header_.range;
  frame.width = header_.width;
  frame.height = header_.height;
  frame.planes[0] = {memory, header_.width};
  frame.planes[1] = {memory + luma, columns};
  frame.planes[2] = {memory + luma + chroma, columns};
  return Result::kFrame;
}

// A frame is a line that begins with FRAME, then the planes. A last frame that is cut short does not count.
bool Y4mFile::read_frame(uint8_t* memory) {
  std::string line;
  return read_line(file_.get(), line) && line.rfind("FRAME", 0) == 0 &&
         std::fread(memory, 1, frame_bytes(), file_.get()) == frame_bytes();
}

}  // namespace pcs
