// The addon's video codecs and nothing else, on raw frames of a file that is mapped.
//   encode_video h264|vp8 CLIP.i420 WIDTH HEIGHT BITRATE FRAMES [OUTPUT]
// OUTPUT is raw H.264, or an IVF of VP8. Settings are those that the streamer has by default, at 30 frames a second.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <vector>

#include "video/video_codec.h"

namespace {

constexpr int kFps = 30;

struct Clip {
  const uint8_t* data;
  size_t frame_bytes;
  size_t frames;
};

[[noreturn]] void fail(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::exit(1);
}

Clip map_clip(const char* file, uint32_t width, uint32_t height) {
  const int descriptor = open(file, O_RDONLY);
  struct stat status {};
  if (descriptor < 0 || fstat(descriptor, &status) != 0) fail(file);
  const auto bytes = static_cast<size_t>(status.st_size);
  void* data = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor, 0);
  if (data == MAP_FAILED) fail(file);
  const size_t frame_bytes = size_t{width} * height * 3 / 2;
  return {static_cast<const uint8_t*>(data), frame_bytes, bytes / frame_bytes};
}

pcs::ImageView view_of(const uint8_t* frame, uint32_t width, uint32_t height) {
  const size_t luma = size_t{width} * height;
  return {pcs::PixelLayout::kI420,
          pcs::ColorRange::kLimited,
          width,
          height,
          {{frame, width}, {frame + luma, width / 2}, {frame + luma + luma / 4, width / 2}}};
}

void put(std::FILE* file, uint64_t value, int bytes) {
  for (; bytes > 0; --bytes, value >>= 8) std::fputc(static_cast<int>(value & 255), file);
}

void write_ivf_header(std::FILE* file, uint32_t width, uint32_t height) {
  std::fwrite("DKIF\0\0\x20\0VP80", 1, 12, file);
  put(file, width, 2);
  put(file, height, 2);
  put(file, kFps, 4);
  put(file, 1, 4);
  put(file, 0, 8);  // their count, and nothing
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 7) fail("usage: encode_video h264|vp8 CLIP WIDTH HEIGHT BITRATE FRAMES [OUTPUT]");
  const bool is_vp8 = argv[1] == std::string("vp8");
  pcs::VideoSettings settings;
  settings.width = static_cast<uint32_t>(std::atoi(argv[3]));
  settings.height = static_cast<uint32_t>(std::atoi(argv[4]));
  settings.fps = kFps;
  settings.bitrate_bps = static_cast<uint32_t>(std::atoi(argv[5]));
  settings.keyframe_interval = 300;
  const int frames = std::atoi(argv[6]);
  std::FILE* output = argc > 7 ? std::fopen(argv[7], "wb") : nullptr;

  const Clip clip = map_clip(argv[2], settings.width, settings.height);
  pcs::Failure failure{};
  const auto codec =
      is_vp8 ? pcs::open_vp8_codec(settings, failure) : pcs::open_h264_codec(settings, failure);
  if (!codec) fail(failure.message);
  if (output && is_vp8) write_ivf_header(output, settings.width, settings.height);
  std::vector<uint8_t> slot(clip.frame_bytes + 4096);
  for (int i = 0; i < frames; ++i) {
    const uint8_t* frame = clip.data + static_cast<size_t>(i) % clip.frames * clip.frame_bytes;
    pcs::VideoBytes video{};
    if (!codec->encode(view_of(frame, settings.width, settings.height), int64_t{i} * 1'000'000 / kFps, false,
                       {slot.data(), slot.size()}, video, failure))
      fail(failure.message);
    if (!output) continue;
    if (is_vp8) {
      put(output, video.bytes, 4);
      put(output, static_cast<uint64_t>(i), 8);
    }
    std::fwrite(slot.data(), 1, video.bytes, output);
  }
  if (output) std::fclose(output);
}
