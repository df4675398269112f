// JPEG files, passed on byte for byte.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "sources/paced_source.h"

namespace pcs {

// One JPEG file, or all files of a folder that end in .jpg or .jpeg, in order of their names. What is in them
// is not looked at here: whoever sends them decides what it can carry.
class JpegFolder final : public FrameProducer {
 public:
  static std::unique_ptr<JpegFolder> open(const std::string& path, bool loop, Failure& failure);

  SourceInfo info() const override;
  size_t frame_bytes() const override { return max_bytes_; }
  Result produce(uint8_t* memory, RawFrame& frame, Failure& failure) override;

 private:
  JpegFolder(std::string path, std::vector<std::string> files, size_t max_bytes, bool loop);

  const std::string path_;
  const std::vector<std::string> files_;
  const size_t max_bytes_;
  const bool loop_;
  size_t next_ = 0;
};

}  // namespace pcs
