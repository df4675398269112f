#include "sources/jpeg_folder.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <system_error>
#include <utility>

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
  for (const auto& entry : fs::directory_iterator(path, error)) {
    if (is_jpeg_name(entry.path())) files.push_back(entry.path().string());
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
  for (const auto& file : files) {
    std::error_code error;
    const auto bytes = fs::file_size(file, error);
    if (error) {
      failure.set("ERR_FILE_NOT_FOUND", "%s: %s", file.c_str(), error.message().c_str());
      return nullptr;
    }
    max_bytes = std::max(max_bytes, static_cast<size_t>(bytes));
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
  std::FILE* file = std::fopen(name.c_str(), "rb");
  if (!file) {
    failure.set("ERR_FILE_NOT_FOUND", "%s: can no longer be read", name.c_str());
    return Result::kFailed;
  }
  frame.jpeg_bytes = std::fread(memory, 1, max_bytes_, file);
  const bool failed = std::ferror(file) != 0;
  const bool whole = !failed && (std::feof(file) != 0 || std::fgetc(file) == EOF);
  std::fclose(file);
  if (!whole) {
    const char* reason = failed ? "can no longer be read" : "has grown since it was opened";
    failure.set("ERR_FILE_FORMAT", "%s: %s", name.c_str(), reason);
    return Result::kFailed;
  }
  frame.layout = PixelLayout::kJpeg;
  frame.range = ColorRange::kFull;
  frame.planes[0] = {memory, 0};
  return Result::kFrame;
}

}  // namespace pcs
