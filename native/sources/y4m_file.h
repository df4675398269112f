// YUV4MPEG2 (.y4m) files: a line of text, then raw frames.
#pragma once

#include <cstdio>
#include <memory>
#include <string>

#include "sources/paced_source.h"

namespace pcs {

class Y4mFile final : public FrameProducer {
 public:
  static std::unique_ptr<Y4mFile> open(const std::string& path, bool loop, Failure& failure);

  SourceInfo info() const override;
  size_t frame_bytes() const override;
  Result produce(uint8_t* memory, RawFrame& frame, Failure& failure) override;

  // What the first line of the file says. Frames are taken as limited range unless it says
  // XCOLORRANGE=FULL, as the programs that write such files take them.
  struct Header {
    uint32_t width;
    uint32_t height;
    double fps;  // 0 when the file does not say
    PixelLayout layout;
    ColorRange range;
  };
  // False with the reason: not a .y4m, or a pixel format other than 8-bit 4:2:0 and 4:2:2.
  static bool parse_header(const std::string& line, Header& header, std::string& reason);

 private:
  struct CloseFile {
    void operator()(std::FILE* file) const { std::fclose(file); }
  };
  using File = std::unique_ptr<std::FILE, CloseFile>;

  Y4mFile(std::string path, bool loop, const Header& header, File file, long first_frame_offset);
  bool read_frame(uint8_t* memory);

  const std::string path_;
  const bool loop_;
  const Header header_;
  File file_;
  const long first_frame_offset_;
};

}  // namespace pcs
