#include "sources/y4m_file.h"

#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <sstream>
#include <string_view>
#include <utility>

#include "encoder/image_view.h"

namespace pcs {
namespace {

constexpr size_t kMaxHeaderBytes = 1024;
constexpr double kMaxFps = 1000;

// The length of the line that begins at offset, its newline counted; 0 when there is none, or it is too long.
size_t line_bytes(MappedFile& file, size_t offset) {
  const size_t bytes = std::min(kMaxHeaderBytes, file.bytes() - std::min(offset, file.bytes()));
  if (bytes == 0 || !file.ready(offset, bytes)) return 0;
  const auto* line = reinterpret_cast<const char*>(file.data() + offset);
  const size_t length = std::string_view(line, bytes).find('\n');
  return length == std::string_view::npos ? 0 : length + 1;
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

std::unique_ptr<Y4mFile> Y4mFile::open(const std::string& path, bool loop, bool stays_mapped,
                                       Failure& failure) {
  auto file = MappedFile::open(path);
  if (!file) {
    const bool is_there = access(path.c_str(), R_OK) == 0;
    failure.set(is_there ? "ERR_FILE_FORMAT" : "ERR_FILE_NOT_FOUND", "%s: %s", path.c_str(),
                is_there ? "is empty, or not a file" : "cannot be read");
    return nullptr;
  }
  const size_t first_frame_offset = line_bytes(*file, 0);
  const std::string line(reinterpret_cast<const char*>(file->data()),
                         first_frame_offset > 0 ? first_frame_offset - 1 : 0);
  std::string reason = "does not begin with a line of text";
  Header header{};
  if (first_frame_offset == 0 || !parse_header(line, header, reason)) {
    failure.set("ERR_FILE_FORMAT", "%s: %s", path.c_str(), reason.c_str());
    return nullptr;
  }
  std::unique_ptr<Y4mFile> y4m(
      new Y4mFile(path, loop, stays_mapped, header, std::move(file), first_frame_offset));
  size_t picture_offset = 0;
  if (!y4m->next_picture(picture_offset)) {
    failure.set("ERR_FILE_FORMAT", "%s: holds no complete frame", path.c_str());
    return nullptr;
  }
  y4m->next_offset_ = first_frame_offset;
  return y4m;
}

Y4mFile::Y4mFile(std::string path, bool loop, bool stays_mapped, const Header& header,
                 std::unique_ptr<MappedFile> file, size_t first_frame_offset)
    : path_(std::move(path)),
      loop_(loop),
      stays_mapped_(stays_mapped),
      header_(header),
      file_(std::move(file)),
      first_frame_offset_(first_frame_offset),
      next_offset_(first_frame_offset) {}

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

// What is kept of each frame that is lent: where it lies in the file.
size_t Y4mFile::frame_bytes() const {
  return sizeof(size_t);
}

size_t Y4mFile::picture_bytes() const {
  return size_t{header_.width} * header_.height +
         2 * size_t{chroma_width(header_.width)} * chroma_height(header_.layout, header_.height);
}

FrameProducer::Result Y4mFile::produce(uint8_t* memory, RawFrame& frame, Failure& failure) {
  size_t offset = 0;
  std::memcpy(&offset, memory, sizeof offset);
  // What was lent with this memory before has come back.
  if (offset != 0 && !stays_mapped_) file_->drop(offset, picture_bytes());
  if (!next_picture(offset)) {
    if (!loop_) return Result::kEnd;
    next_offset_ = first_frame_offset_;
    if (!next_picture(offset)) {
      failure.set("ERR_FILE_FORMAT", "%s: can no longer be read", path_.c_str());
      return Result::kFailed;
    }
  }
  std::memcpy(memory, &offset, sizeof offset);
  const uint8_t* picture = file_->data() + offset;
  const uint32_t columns = chroma_width(header_.width);
  const size_t luma = size_t{header_.width} * header_.height;
  const size_t chroma = size_t{columns} * chroma_height(header_.layout, header_.height);
  frame.layout = header_.layout;
  frame.range = header_.range;
  frame.width = header_.width;
  frame.height = header_.height;
  frame.planes[0] = {picture, header_.width};
  frame.planes[1] = {picture + luma, columns};
  frame.planes[2] = {picture + luma + chroma, columns};
  return Result::kFrame;
}

// A frame is a line that begins with FRAME, then the planes. A last frame that is cut short does not count.
bool Y4mFile::next_picture(size_t& offset) {
  const size_t header_bytes = line_bytes(*file_, next_offset_);
  if (header_bytes < 6 || std::memcmp(file_->data() + next_offset_, "FRAME", 5) != 0) return false;
  offset = next_offset_ + header_bytes;
  if (!file_->ready(offset, picture_bytes())) return false;
  next_offset_ = offset + picture_bytes();
  return true;
}

}  // namespace pcs
