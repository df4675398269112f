// What the frames of cameras like a Pi's show, and when they come.
#include <libcamera/libcamera.h>
#include <sys/mman.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "camera_faults.h"
#include "interpose.h"
#include "photo.h"
#include "pi_like.h"
#include "pi_sensor.h"

namespace {

using libcamera::FrameBuffer;
using libcamera::FrameMetadata;
using libcamera::Size;

// Exposure and white balance take so many frames after a start to settle.
constexpr int kStartupFrames = 7;

void write_plane(const FrameBuffer::Plane& plane, const std::vector<uint8_t>& from, int width, int height,
                 int stride) {
  const size_t mapped_bytes = plane.offset + plane.length;
  void* memory = mmap(nullptr, mapped_bytes, PROT_WRITE, MAP_SHARED, plane.fd.get(), 0);
  if (memory == MAP_FAILED) abort();
  libyuv::CopyPlane(from.data(), width, static_cast<uint8_t*>(memory) + plane.offset, stride, width, height);
  munmap(memory, mapped_bytes);
}

int show_photo(const Size& size, const FrameBuffer* buffer) {
  static std::mutex mutex;  // each camera has a thread
  static std::map<std::pair<unsigned, unsigned>, std::unique_ptr<Photo>> photos;
  const std::lock_guard lock(mutex);
  auto& photo = photos[{size.width, size.height}];
  if (!photo)
    photo = std::make_unique<Photo>(Photo::load(setting("PI_LIKE_PHOTO"), int(size.width), int(size.height)));
  const auto& planes = buffer->planes();
  const int stride = static_cast<int>(stride_of(size.width));
  write_plane(planes[0], photo->y, photo->width, photo->height, stride);
  write_plane(planes[1], photo->u, photo->chroma_width(), photo->chroma_height(), stride / 2);
  write_plane(planes[2], photo->v, photo->chroma_width(), photo->chroma_height(), stride / 2);
  return 0;
}

// Holds the camera's own thread until its next frame is due, or no more are to come. Returns when that is, in
// nanoseconds: a sensor's clock does not care how late threads run.
int64_t wait_for_next_frame(const FrameBuffer* buffer) {
  using Clock = std::chrono::steady_clock;
  const auto period = frame_duration(camera_of(buffer));
  const auto now = Clock::now().time_since_epoch();
  const auto due = (now / period + 1) * period;
  constexpr auto kStep = std::chrono::milliseconds(4);
  for (auto next = now; next < due && !is_going(buffer);) {
    next = std::min<Clock::duration>(next + kStep, due);
    std::this_thread::sleep_until(Clock::time_point(next));
  }
  return std::chrono::nanoseconds(due).count();
}

void set_status(const FrameBuffer* buffer, FrameMetadata::Status status) {
  const_cast<FrameMetadata&>(buffer->metadata()).status = status;
}

// The frame's time. A frame that is withheld leaves its buffer to the next one.
int64_t wait_for_frame(const FrameBuffer* buffer) {
  static const std::string startup = setting("PI_LIKE_STARTUP");
  const int number = count_frame(camera_of(buffer));
  if (startup == "withhold" && number == 0)
    for (int i = 0; i < kStartupFrames; ++i) wait_for_next_frame(buffer);
  if (startup == "mark" && number < kStartupFrames) set_status(buffer, FrameMetadata::FrameStartup);
  return wait_for_next_frame(buffer);
}

using GenerateFrame = int(void*, const Size&, const FrameBuffer*);

int generate_frame(const char* name, void* self, const Size& size, const FrameBuffer* buffer) {
  const bool is_valid = meet_frame(buffer);
  if (is_device()) set_frame_time(buffer, wait_for_frame(buffer));
  if (is_given_up(buffer)) {
    set_status(buffer, FrameMetadata::FrameCancelled);
    return 0;
  }
  if (!is_valid) return -EIO;
  return is_pi_like() ? show_photo(size, buffer) : genuine<GenerateFrame>(name)(self, size, buffer);
}

}  // namespace

extern "C" {

#define NAME "_ZN9libcamera20TestPatternGenerator13generateFrameERKNS_4SizeEPKNS_11FrameBufferE"
GenerateFrame generate_pattern asm(NAME);
int generate_pattern(void* self, const Size& size, const FrameBuffer* buffer) {
  return generate_frame(NAME, self, size, buffer);
}
#undef NAME

#define NAME "_ZN9libcamera19ImageFrameGenerator13generateFrameERKNS_4SizeEPKNS_11FrameBufferE"
GenerateFrame generate_image asm(NAME);
int generate_image(void* self, const Size& size, const FrameBuffer* buffer) {
  return generate_frame(NAME, self, size, buffer);
}
#undef NAME

}  // extern "C"
