// Files as cameras: for replay, benchmarks and tests.
#pragma once

#include <memory>
#include <string>

#include "core/failure.h"
#include "sources/paced_source.h"

namespace pcs {

struct FileOptions {
  std::string path;   // a .y4m file, a JPEG file, or a folder of JPEG files, played in order of their names
  double fps = 0;     // frames per second; 0: the file's own, or 30 where it says nothing
  bool paced = true;  // false: as fast as the frames are taken, with none lost
  bool loop = true;   // false: ends after the last frame
  Orientation orientation = Orientation::kNone;
};

// Nothing with the reason in failure when the file cannot be read or is not understood.
std::unique_ptr<FrameSource> open_file_source(const FileOptions& options, Failure& failure);

}  // namespace pcs
