// Turns libcamera's virtual cameras into cameras like a Raspberry Pi's. Preloaded by test/debian13/run.sh
// --shim, together with camera_faults.cpp, which makes them fail; each function takes the place of the one of
// that name in libcamera 0.7.
//
// PI_LIKE_PHOTO=FILE       YUV420 in sYCC at any size, rows padded to a multiple of 64 bytes (642 pixels:
//                          stride 704), showing this JPEG; with a Pi's metadata, and its controls
//                          ExposureTime and AnalogueGain, which the metadata follows
// PI_LIKE_DEVICE=FPS       stands on a device of the system, which allocates the buffers and delivers so many
//                          frames a second, whatever is asked
// CAMERA_FAULTS_FILE=FILE  names the faults that are on, see camera_faults.h and fault_table.h
#include <libcamera/libcamera.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
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

namespace {

using libcamera::Camera;
using libcamera::FrameBuffer;
using libcamera::Request;
using libcamera::Size;

bool is_pi_like() {
  return !setting("PI_LIKE_PHOTO").empty();
}

bool is_device() {
  return !setting("PI_LIKE_DEVICE").empty();
}

void write_plane(const FrameBuffer::Plane& plane, const std::vector<uint8_t>& from, int width, int height,
                 int stride) {
  const size_t mapped_bytes = plane.offset + plane.length;
  void* memory = mmap(nullptr, mapped_bytes, PROT_WRITE, MAP_SHARED, plane.fd.get(), 0);
  if (memory == MAP_FAILED) abort();
  libyuv::CopyPlane(from.data(), width, static_cast<uint8_t*>(memory) + plane.offset, stride, width, height);
  munmap(memory, mapped_bytes);
}

int stride_of(unsigned width) {
  return static_cast<int>((width + 63) / 64 * 64);
}

int show_photo(const Size& size, const FrameBuffer* buffer) {
  static std::mutex mutex;  // each camera has a thread
  static std::map<std::pair<unsigned, unsigned>, std::unique_ptr<Photo>> photos;
  const std::lock_guard lock(mutex);
  auto& photo = photos[{size.width, size.height}];
  if (!photo)
    photo = std::make_unique<Photo>(Photo::load(setting("PI_LIKE_PHOTO"), int(size.width), int(size.height)));
  const auto& planes = buffer->planes();
  const int stride = stride_of(size.width);
  write_plane(planes[0], photo->y, photo->width, photo->height, stride);
  write_plane(planes[1], photo->u, photo->chroma_width(), photo->chroma_height(), stride / 2);
  write_plane(planes[2], photo->v, photo->chroma_width(), photo->chroma_height(), stride / 2);
  return 0;
}

// Holds the camera's own thread until its next frame is due, or it has to stop. Returns when that is, in
// nanoseconds: a sensor's clock does not care how late threads run.
int64_t wait_for_next_frame(const FrameBuffer* buffer) {
  using Clock = std::chrono::steady_clock;
  static const auto period =
      std::chrono::nanoseconds(static_cast<int64_t>(1e9 / std::stod(setting("PI_LIKE_DEVICE"))));
  const auto now = Clock::now().time_since_epoch();
  const auto due = (now / period + 1) * period;
  constexpr auto kStep = std::chrono::milliseconds(4);
  for (auto next = now; next < due && !is_going(buffer);) {
    next = std::min<Clock::duration>(next + kStep, due);
    std::this_thread::sleep_until(Clock::time_point(next));
  }
  return std::chrono::nanoseconds(due).count();
}

// What a sensor is set to until it is told otherwise.
struct SensorSettings {
  int32_t exposure_us = 8000;
  float gain = 2.5f;

  void update(const libcamera::ControlList& controls) {
    exposure_us = controls.get(libcamera::controls::ExposureTime).value_or(exposure_us);
    gain = controls.get(libcamera::controls::AnalogueGain).value_or(gain);
  }
};

// Touched on the camera manager's thread alone.
std::map<const Camera*, SensorSettings> sensors;

libcamera::ControlInfoMap with_sensor_controls(const libcamera::ControlInfoMap& controls) {
  libcamera::ControlInfoMap::Map map(controls.begin(), controls.end());
  map.emplace(&libcamera::controls::ExposureTime, libcamera::ControlInfo(int32_t{1}, int32_t{66666}));
  map.emplace(&libcamera::controls::AnalogueGain, libcamera::ControlInfo(1.0f, 16.0f));
  return libcamera::ControlInfoMap(std::move(map), libcamera::controls::controls);
}

using GenerateFrame = int(void*, const Size&, const FrameBuffer*);

int generate_frame(const char* name, void* self, const Size& size, const FrameBuffer* buffer) {
  const bool is_valid = meet_frame(buffer);
  if (is_device()) set_frame_time(buffer, wait_for_next_frame(buffer));
  if (!is_valid) return -EIO;
  return is_pi_like() ? show_photo(size, buffer) : genuine<GenerateFrame>(name)(self, size, buffer);
}

}  // namespace

extern "C" {

#define NAME "_ZN9libcamera26VirtualCameraConfiguration8validateEv"
libcamera::CameraConfiguration::Status validate(libcamera::CameraConfiguration* self) asm(NAME);
libcamera::CameraConfiguration::Status validate(libcamera::CameraConfiguration* self) {
  if (!is_pi_like()) return genuine<decltype(validate)>(NAME)(self);
  auto status = libcamera::CameraConfiguration::Valid;
  for (auto& stream : *self) {
    if (stream.pixelFormat != libcamera::formats::YUV420 || stream.colorSpace != libcamera::ColorSpace::Sycc)
      status = libcamera::CameraConfiguration::Adjusted;
    stream.pixelFormat = libcamera::formats::YUV420;
    stream.colorSpace = libcamera::ColorSpace::Sycc;
    stream.stride = static_cast<unsigned>(stride_of(stream.size.width));
    stream.frameSize = stream.stride * (stream.size.height + (stream.size.height + 1) / 2);
  }
  return status;
}
#undef NAME

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

// Runs on the camera manager's thread, where a driver's news would come in too.
#define NAME "_ZN9libcamera22PipelineHandlerVirtual18queueRequestDeviceEPNS_6CameraEPNS_7RequestE"
int queue_request(void* self, Camera* camera, Request* request) asm(NAME);
int queue_request(void* self, Camera* camera, Request* request) {
  const RequestFate fate = meet_request(*camera, *request);
  if (fate == RequestFate::kRefused) return -EINVAL;
  if (fate == RequestFate::kSwallowed) return 0;
  if (is_pi_like()) {
    auto& metadata = const_cast<libcamera::ControlList&>(request->metadata());
    SensorSettings& sensor = sensors[camera];
    sensor.update(request->controls());
    metadata.set(libcamera::controls::ExposureTime, sensor.exposure_us);
    metadata.set(libcamera::controls::AnalogueGain, sensor.gain);
    metadata.set(libcamera::controls::DigitalGain, 1.0f);
    metadata.set(libcamera::controls::ColourTemperature, 5200);
    metadata.set(libcamera::controls::SensorTemperature, 41.0f);
    metadata.set(libcamera::controls::Lux, 310.0f);
  }
  return genuine<decltype(queue_request)>(NAME)(self, camera, request);
}
#undef NAME

#define NAME "_ZN9libcamera22PipelineHandlerVirtual5startEPNS_6CameraEPKNS_11ControlListE"
int start(void* self, Camera* camera, const libcamera::ControlList* controls) asm(NAME);
int start(void* self, Camera* camera, const libcamera::ControlList* controls) {
  sensors[camera] = {};
  if (controls) sensors[camera].update(*controls);
  return genuine<decltype(start)>(NAME)(self, camera, controls);
}
#undef NAME

#define NAME "_ZNK9libcamera6Camera8controlsEv"
const libcamera::ControlInfoMap& controls_of(const Camera* self) asm(NAME);
const libcamera::ControlInfoMap& controls_of(const Camera* self) {
  const auto& genuine_controls = genuine<decltype(controls_of)>(NAME)(self);
  if (!is_pi_like()) return genuine_controls;
  static const libcamera::ControlInfoMap pi_like = with_sensor_controls(genuine_controls);
  return pi_like;
}
#undef NAME

#define NAME "_ZNK9libcamera6Camera10propertiesEv"
const libcamera::ControlList& properties(const Camera* self) asm(NAME);
const libcamera::ControlList& properties(const Camera* self) {
  auto& list = const_cast<libcamera::ControlList&>(genuine<decltype(properties)>(NAME)(self));
  constexpr int64_t kDevices[] = {0x5100};  // major and minor number, as of /dev/video0
  if (is_device()) list.set(libcamera::properties::SystemDevices, libcamera::Span<const int64_t>(kDevices));
  return list;
}
#undef NAME

using Buffers = std::vector<std::unique_ptr<FrameBuffer>>;
#define NAME                                                                                                 \
  "_ZN9libcamera22PipelineHandlerVirtual18exportFrameBuffersEPNS_6CameraEPNS_6StreamEPSt6vectorISt10unique_" \
  "ptrI"                                                                                                     \
  "NS_11FrameBufferESt14default_deleteIS7_EESaISA_EE"
int export_buffers(void* self, Camera* camera, libcamera::Stream* stream, Buffers* buffers) asm(NAME);
int export_buffers(void* self, Camera* camera, libcamera::Stream* stream, Buffers* buffers) {
  if (!is_device()) return genuine<decltype(export_buffers)>(NAME)(self, camera, stream, buffers);
  const auto& configuration = stream->configuration();
  const unsigned luma_bytes = configuration.stride * configuration.size.height;
  const unsigned chroma_bytes = configuration.stride * ((configuration.size.height + 1) / 2);
  for (unsigned i = 0; i < configuration.bufferCount; ++i) {
    if (is_out_of_memory(*camera, i)) return -ENOMEM;
    const int memory = memfd_create("driver", MFD_CLOEXEC);
    if (ftruncate(memory, luma_bytes + chroma_bytes) != 0) return -errno;
    std::vector<FrameBuffer::Plane> planes(2);  // NV12
    planes[0].fd = planes[1].fd = libcamera::SharedFD(libcamera::UniqueFD(memory));
    planes[0].offset = 0;
    planes[0].length = planes[1].offset = luma_bytes;
    planes[1].length = chroma_bytes;
    buffers->push_back(std::make_unique<FrameBuffer>(planes));
  }
  return static_cast<int>(buffers->size());
}
#undef NAME

}  // extern "C"
