#include "sources/file_source.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "sources/jpeg_folder.h"
#include "sources/y4m_file.h"

namespace pcs {

std::unique_ptr<FrameSource> open_file_source(const FileOptions& options, Failure& failure) {
  std::error_code error;
  const auto status = std::filesystem::status(options.path, error);
  if (error || !std::filesystem::exists(status)) {
    failure.set("ERR_FILE_NOT_FOUND", "%s: no such file or folder", options.path.c_str());
    return nullptr;
  }
  std::unique_ptr<FrameProducer> producer;
  if (std::filesystem::path(options.path).extension() == ".y4m")
    producer = Y4mFile::open(options.path, options.loop, failure);
  else
    producer = JpegFolder::open(options.path, options.loop, failure);
  if (!producer) return nullptr;
  constexpr double kDefaultFps = 30;
  const double own_fps = producer->info().fps > 0 ? producer->info().fps : kDefaultFps;
  const Pacing pacing{options.paced, options.fps > 0 ? options.fps : own_fps, options.orientation};
  return std::make_unique<PacedSource>(std::move(producer), pacing);
}

}  // namespace pcs
