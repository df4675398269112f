// YUV4MPEG2 (.y4m) files: a line of text, then raw frames.
#pragma once

#include <memory>
#include <string>

#include "sources/mapped_file.h"
#include "sources/paced_source.h"

namespace pcs {

class Y4mFile final : public FrameProducer {
 public:
  // stays_mapped: what was played stays in the process's memory, where it costs nothing to play it again.
  static std::unique_ptr<Y4mFile> open(const std::string& path, bool loop, bool stays_mapped,
                                       Failure& failure);

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
  Y4mFile(std::string path, bool loop, bool stays_mapped, const Header& header,
          std::unique_ptr<MappedFile> file, size_t first_frame_offset);
  size_t picture_bytes() const;
  // Finds the picture of the next frame.
  bool next_picture(size_t& offset);

  const std::string path_;
  const bool loop_;
  const bool stays_mapped_;
  const Header header_;
  const std::unique_ptr<MappedFile> file_;
  const size_t first_frame_offset_;
  size_t next_offset_;
};

}  // namespace pcs
