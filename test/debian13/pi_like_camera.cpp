// Turns libcamera's virtual cameras into cameras like a Raspberry Pi's. Preloaded by test/debian13/run.sh
// --shim, together with camera_faults.cpp, which makes them fail; each function takes the place of the one of
// that name in libcamera 0.7. As in a Pi's pipeline, requests complete on the camera manager's one thread.
// One stream is all that is ever configured, so nothing says which colour spaces several would have to share.
//
// PI_LIKE_PHOTO=FILE         YUV420 in sYCC at any size, rows padded to a multiple of 64 bytes (642 pixels:
//                            stride 704), showing this JPEG; with a Pi's metadata, and its controls
//                            ExposureTime, AnalogueGain, ColourCorrectionMatrix and SyncMode; the metadata
//                            follows the first two
// PI_LIKE_STRIDE=BYTES       rows are padded to a multiple of so many: 128 for a Pi 5 (1296 pixels: 1408)
// PI_LIKE_DEVICE=FPS         stands on a device of the system, which allocates the buffers and delivers so
//                            many frames a second, whatever is asked
// PI_LIKE_SENSOR=NAME        such a device with the modes of this sensor (imx708, imx219), at the rate that
//                            is asked for within the limits of the mode; needs PI_LIKE_PHOTO
// PI_LIKE_STARTUP=KIND       exposure has not settled in the device's first seven frames after a start: they
//                            are marked FrameStartup (`mark`: libcamera 0.5.2 and newer), or the camera keeps
//                            them to itself (`withhold`: older ones)
// PI_LIKE_CONTROLS_LOG=FILE  gets a line for each control that reaches a camera like a Pi's: the camera's id,
//                            the control's name and its value
// CAMERA_FAULTS_FILE=FILE    names the faults that are on, see camera_faults.h and fault_table.h
#include <libcamera/libcamera.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <memory>
#include <utility>
#include <vector>

#include "camera_faults.h"
#include "interpose.h"
#include "pi_like.h"
#include "pi_sensor.h"

namespace {

using libcamera::Camera;
using libcamera::CameraConfiguration;
using libcamera::FrameBuffer;
using libcamera::Request;
using libcamera::StreamRole;

using Roles = libcamera::Span<const StreamRole>;
using Buffers = std::vector<std::unique_ptr<FrameBuffer>>;

// Bytes of each plane of a picture: the planes lie one behind the other.
std::vector<unsigned> plane_bytes(const libcamera::StreamConfiguration& stream) {
  const unsigned luma_bytes = stream.stride * stream.size.height;
  const unsigned chroma_bytes = stream.stride * ((stream.size.height + 1) / 2);
  if (stream.pixelFormat == libcamera::formats::NV12) return {luma_bytes, chroma_bytes};
  return {luma_bytes, chroma_bytes / 2, chroma_bytes / 2};
}

std::unique_ptr<FrameBuffer> make_buffer(const libcamera::StreamConfiguration& stream) {
  const int memory = memfd_create("driver", MFD_CLOEXEC);
  const libcamera::SharedFD shared{libcamera::UniqueFD(memory)};
  std::vector<FrameBuffer::Plane> planes;
  unsigned offset = 0;
  for (const unsigned bytes : plane_bytes(stream)) {
    planes.push_back({shared, offset, bytes});
    offset += bytes;
  }
  if (ftruncate(memory, offset) != 0) return nullptr;
  return std::make_unique<FrameBuffer>(planes);
}

}  // namespace

extern "C" {

#define NAME "_ZN9libcamera26VirtualCameraConfiguration8validateEv"
CameraConfiguration::Status validate(CameraConfiguration* self) asm(NAME);
CameraConfiguration::Status validate(CameraConfiguration* self) {
  if (!is_pi_like()) return genuine<decltype(validate)>(NAME)(self);
  if (has_sensor() && !mode_for(*self)) return CameraConfiguration::Invalid;
  auto status = CameraConfiguration::Valid;
  for (auto& stream : *self) {
    if (stream.pixelFormat != libcamera::formats::YUV420 || stream.colorSpace != libcamera::ColorSpace::Sycc)
      status = CameraConfiguration::Adjusted;
    stream.pixelFormat = libcamera::formats::YUV420;
    stream.colorSpace = libcamera::ColorSpace::Sycc;
    stream.stride = stride_of(stream.size.width);
    stream.frameSize = stream.stride * (stream.size.height + (stream.size.height + 1) / 2);
  }
  return status;
}
#undef NAME

// The virtual pipeline has nothing raw. Nobody captures it either: it tells the modes.
#define NAME                                                                                 \
  "_ZN9libcamera22PipelineHandlerVirtual21generateConfigurationEPNS_6CameraENS_4SpanIKNS_10" \
  "StreamRoleELm18446744073709551615EEE"
std::unique_ptr<CameraConfiguration> generate(void* self, Camera* camera, Roles roles) asm(NAME);
std::unique_ptr<CameraConfiguration> generate(void* self, Camera* camera, Roles roles) {
  const auto call = genuine<decltype(generate)>(NAME);
  if (!has_sensor() || roles.empty() || roles[0] != StreamRole::Raw) return call(self, camera, roles);
  constexpr StreamRole kVideo = StreamRole::VideoRecording;
  auto configuration = call(self, camera, Roles(&kVideo, 1));
  if (configuration) configuration->at(0) = libcamera::StreamConfiguration(raw_formats());
  return configuration;
}
#undef NAME

#define NAME "_ZN9libcamera22PipelineHandlerVirtual9configureEPNS_6CameraEPNS_19CameraConfigurationE"
int configure(void* self, Camera* camera, CameraConfiguration* configuration) asm(NAME);
int configure(void* self, Camera* camera, CameraConfiguration* configuration) {
  if (has_sensor()) {
    const SensorMode* const mode = mode_for(*configuration);
    set_mode(camera, mode);
    const_cast<libcamera::ControlList&>(camera->properties())
        .set(libcamera::properties::ScalerCropMaximum, libcamera::Rectangle(mode->seen));
  }
  return genuine<decltype(configure)>(NAME)(self, camera, configuration);
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
    tell_sensor(camera, request->controls());
    describe_frame(camera, const_cast<libcamera::ControlList&>(request->metadata()));
  }
  return genuine<decltype(queue_request)>(NAME)(self, camera, request);
}
#undef NAME

#define NAME "_ZN9libcamera22PipelineHandlerVirtual5startEPNS_6CameraEPKNS_11ControlListE"
int start(void* self, Camera* camera, const libcamera::ControlList* controls) asm(NAME);
int start(void* self, Camera* camera, const libcamera::ControlList* controls) {
  start_sensor(camera, controls);
  return genuine<decltype(start)>(NAME)(self, camera, controls);
}
#undef NAME

#define NAME "_ZNK9libcamera6Camera8controlsEv"
const libcamera::ControlInfoMap& controls_of(const Camera* self) asm(NAME);
const libcamera::ControlInfoMap& controls_of(const Camera* self) {
  const auto& genuine_controls = genuine<decltype(controls_of)>(NAME)(self);
  if (!is_pi_like()) return genuine_controls;
  return with_sensor_controls(self, genuine_controls);
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

#define NAME                                                                                                 \
  "_ZN9libcamera22PipelineHandlerVirtual18exportFrameBuffersEPNS_6CameraEPNS_6StreamEPSt6vectorISt10unique_" \
  "ptrI"                                                                                                     \
  "NS_11FrameBufferESt14default_deleteIS7_EESaISA_EE"
int export_buffers(void* self, Camera* camera, libcamera::Stream* stream, Buffers* buffers) asm(NAME);
int export_buffers(void* self, Camera* camera, libcamera::Stream* stream, Buffers* buffers) {
  if (!is_device()) return genuine<decltype(export_buffers)>(NAME)(self, camera, stream, buffers);
  const auto& configuration = stream->configuration();
  for (unsigned i = 0; i < configuration.bufferCount; ++i) {
    if (is_out_of_memory(*camera, i)) return -ENOMEM;
    auto buffer = make_buffer(configuration);
    if (!buffer) return -errno;
    buffers->push_back(std::move(buffer));
  }
  return static_cast<int>(buffers->size());
}
#undef NAME

}  // extern "C"
