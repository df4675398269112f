#include "sources/y4m_file.h"

#include <algorithm>
#include <array>
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

// A picture of 64 megapixels in 4:2:2 has half of it. Several are held in memory.
constexpr size_t kMaxPictureBytes = size_t{256} << 20;

// The beginning of a file's line: as many bytes as a line may have, or as the file had when it was opened.
class LineReader {
 public:
  // False with the reason when the disk fails.
  bool read(const RegularFile& file, size_t offset, Failure& failure) {
    wanted_ = std::min(bytes_.size(), file.bytes() - std::min(offset, file.bytes()));
    const auto count = file.read(offset, bytes_.data(), wanted_, failure);
    read_ = count.value_or(0);
    return count.has_value();
  }
  bool is_short() const { return read_ < wanted_; }           // the file has been cut
  bool is_at_end() const { return wanted_ < bytes_.size(); }  // of the file as it was opened
  std::string_view text() const { return {reinterpret_cast<const char*>(bytes_.data()), read_}; }
  // With its newline; empty when there is none, or it is too far away.
  std::string_view line() const {
    const size_t length = text().find('\n');
    return length == std::string_view::npos ? std::string_view() : text().substr(0, length + 1);
  }

 private:
  std::array<uint8_t, kMaxHeaderBytes> bytes_{};
  size_t wanted_ = 0;
  size_t read_ = 0;
};

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
  auto file = RegularFile::open(path, failure);
  LineReader reader;
  if (!file || !reader.read(*file, 0, failure)) return nullptr;
  const std::string_view line = reader.line();
  std::string reason = file->bytes() == 0 ? "is empty" : "does not begin with a line of text";
  Header header{};
  if (line.empty() || !parse_header(std::string(line.substr(0, line.size() - 1)), header, reason)) {
    failure.set("ERR_FILE_FORMAT", "%s: %s", path.c_str(), reason.c_str());
    return nullptr;
  }
  std::unique_ptr<Y4mFile> y4m(new Y4mFile(path, loop, header, std::move(file), line.size()));
  size_t picture_offset = 0;
  if (y4m->find_picture(picture_offset, failure) != Result::kFrame) {
    failure.set("ERR_FILE_FORMAT", "%s: holds no complete frame", path.c_str());
    return nullptr;
  }
  if (y4m->frame_bytes() > kMaxPictureBytes) {
    failure.set("ERR_FILE_FORMAT", "%s: its frames have %zu bytes, and more than %zu are not played",
                path.c_str(), y4m->frame_bytes(), kMaxPictureBytes);
    return nullptr;
  }
  return y4m;
}

Y4mFile::Y4mFile(std::string path, bool loop, const Header& header, std::unique_ptr<RegularFile> file,
                 size_t first_frame_offset)
    : path_(std::move(path)),
      loop_(loop),
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

size_t Y4mFile::frame_bytes() const {
  return size_t{header_.width} * header_.height +
         2 * size_t{chroma_width(header_.width)} * chroma_height(header_.layout, header_.height);
}

FrameProducer::Result Y4mFile::produce(uint8_t* memory, RawFrame& frame, Failure& failure) {
  Result result = read_picture(memory, failure);
  if (result == Result::kEnd && loop_) {
    next_offset_ = first_frame_offset_;
    result = read_picture(memory, failure);
    if (result == Result::kEnd) return damaged(failure);  // there was a first frame when it was opened
  }
  if (result != Result::kFrame) return result;
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
FrameProducer::Result Y4mFile::find_picture(size_t& offset, Failure& failure) const {
  LineReader reader;
  if (!reader.read(*file_, next_offset_, failure)) return Result::kFailed;
  if (reader.is_short()) return shorter(failure);
  const std::string_view line = reader.line();
  const bool is_cut = line.empty() && reader.is_at_end();
  constexpr std::string_view kWord = "FRAME";
  const std::string_view word = is_cut ? reader.text().substr(0, kWord.size()) : line.substr(0, kWord.size());
  if (word != kWord.substr(0, is_cut ? word.size() : kWord.size())) return damaged(failure);
  if (is_cut) return Result::kEnd;
  offset = next_offset_ + line.size();
  return frame_bytes() > file_->bytes() - offset ? Result::kEnd : Result::kFrame;
}

FrameProducer::Result Y4mFile::read_picture(uint8_t* memory, Failure& failure) {
  size_t offset = 0;
  const Result result = find_picture(offset, failure);
  if (result != Result::kFrame) return result;
  const auto count = file_->read(offset, memory, frame_bytes(), failure);
  if (!count) return Result::kFailed;
  if (*count < frame_bytes()) return shorter(failure);
  next_offset_ = offset + frame_bytes();
  return Result::kFrame;
}

FrameProducer::Result Y4mFile::shorter(Failure& failure) const {
  failure.set("ERR_FILE_FORMAT", "%s: has been cut short since it was opened", path_.c_str());
  return Result::kFailed;
}

FrameProducer::Result Y4mFile::damaged(Failure& failure) const {
  failure.set("ERR_FILE_FORMAT", "%s: byte %zu begins no frame; the file is damaged", path_.c_str(),
              next_offset_);
  return Result::kFailed;
}

}  // namespace pcs
