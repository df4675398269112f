#include "sources/jpeg_folder.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

#include "sources/regular_file.h"

namespace pcs {
namespace {

namespace fs = std::filesystem;

// The fragment offset of RFC 2435 has 24 bits; the JPEG's own headers are not counted by it.
constexpr size_t kMaxFileBytes = (size_t{1} << 24) + (size_t{1} << 16);

bool is_jpeg_name(const fs::path& path) {
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return extension == ".jpg" || extension == ".jpeg";
}

std::vector<std::string> list_files(const std::string& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return {path};
  std::vector<std::string> files;
  // Not by a range-based for: that throws where a disk fails.
  for (fs::directory_iterator entry(path, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    if (is_jpeg_name(entry->path())) files.push_back(entry->path().string());
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

std::unique_ptr<JpegFolder> JpegFolder::open(const std::string& path, bool loop, Failure& failure) {
  auto files = list_files(path);
  if (files.empty()) {
    failure.set("ERR_FILE_FORMAT", "%s: holds no file that ends in .jpg or .jpeg", path.c_str());
    return nullptr;
  }
  size_t max_bytes = 0;
  for (const auto& name : files) {
    const auto file = RegularFile::open(name, failure);
    if (!file) return nullptr;
    max_bytes = std::max(max_bytes, file->bytes());
  }
  if (max_bytes == 0) {
    failure.set("ERR_JPEG_INVALID", "%s: is empty", path.c_str());
    return nullptr;
  }
  if (max_bytes > kMaxFileBytes) {
    failure.set("ERR_JPEG_SIZE",
                "%s: holds a file of %zu bytes, and a picture of more than %zu cannot be sent", path.c_str(),
                max_bytes, kMaxFileBytes);
    return nullptr;
  }
  return std::unique_ptr<JpegFolder>(new JpegFolder(path, std::move(files), max_bytes, loop));
}

JpegFolder::JpegFolder(std::string path, std::vector<std::string> files, size_t max_bytes, bool loop)
    : path_(std::move(path)), files_(std::move(files)), max_bytes_(max_bytes), loop_(loop) {}

SourceInfo JpegFolder::info() const {
  SourceInfo info{};
  info.layout = PixelLayout::kJpeg;
  info.range = ColorRange::kFull;
  info.max_jpeg_bytes = max_bytes_;
  std::snprintf(info.name, sizeof info.name, "%s", path_.c_str());
  std::snprintf(info.color_label, sizeof info.color_label, "JPEG");
  return info;
}

FrameProducer::Result JpegFolder::produce(uint8_t* memory, RawFrame& frame, Failure& failure) {
  if (next_ == files_.size()) {
    if (!loop_) return Result::kEnd;
    next_ = 0;
  }
  const std::string& name = files_[next_++];
  const auto file = RegularFile::open(name, failure);
  if (!file) return Result::kFailed;
  if (file->bytes() > max_bytes_) {
    failure.set("ERR_FILE_FORMAT", "%s: has grown since it was opened", name.c_str());
    return Result::kFailed;
  }
  const auto count = file->read(0, memory, file->bytes(), failure);
  if (!count) return Result::kFailed;
  frame.jpeg_bytes = *count;
  frame.layout = PixelLayout::kJpeg;
  frame.range = ColorRange::kFull;
  frame.planes[0] = {memory, 0};
  return Result::kFrame;
}

}  // namespace pcs
