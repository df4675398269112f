// YUV4MPEG2 (.y4m) files: a line of text, then raw frames.
#pragma once

#include <memory>
#include <string>

#include "sources/paced_source.h"
#include "sources/regular_file.h"

namespace pcs {

class Y4mFile final : public FrameProducer {
 public:
  static std::unique_ptr<Y4mFile> open(const std::string& path, bool loop, Failure& failure);

  SourceInfo info() const override;
  size_t frame_bytes() const override;

  // Plays what the file held when it was opened. Fails when the file is shorter now, or when what follows is
  // no frame: somebody has cut it or written over it.
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
  Y4mFile(std::string path, bool loop, const Header& header, std::unique_ptr<RegularFile> file,
          size_t first_frame_offset);
  // Finds where the picture of the next frame begins. kEnd where the file held no more of them.
  Result find_picture(size_t& offset, Failure& failure) const;
  Result read_picture(uint8_t* memory, Failure& failure);
  Result shorter(Failure& failure) const;
  Result damaged(Failure& failure) const;

  const std::string path_;
  const bool loop_;
  const Header header_;
  const std::unique_ptr<RegularFile> file_;
  const size_t first_frame_offset_;
  size_t next_offset_;
};

}  // namespace pcs
