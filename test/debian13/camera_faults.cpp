#include "camera_faults.h"

#include <sys/mman.h>

#include <atomic>
#include <cerrno>
#include <chrono>
#include <map>
#include <mutex>
#include <set>
#include <thread>
#include <utility>

#include "fault_table.h"
#include "hotplug.h"
#include "interpose.h"

namespace {

using libcamera::Camera;
using libcamera::FrameBuffer;
using libcamera::Request;

// What is known of a buffer. Cameras fill buffers on threads of their own, all else is done on the camera
// manager's.
struct BufferNotes {
  const Camera* camera = nullptr;
  bool is_bad = false;        // the next time it is filled
  int64_t frame_time_ns = 0;  // 0: libcamera's own
};

std::mutex notes_mutex;  // guards what follows
std::set<const Camera*> stopping;
std::map<const FrameBuffer*, BufferNotes> notes;

BufferNotes notes_of(const FrameBuffer* buffer) {
  const std::lock_guard lock(notes_mutex);
  return notes[buffer];
}

void sleep_ms(int duration_ms) {
  std::this_thread::sleep_for(std::chrono::milliseconds(duration_ms));
}

// On the camera manager's thread alone.
int64_t faulty_timestamp(const std::string& kind, const Camera* camera, int64_t time_ns) {
  constexpr int64_t kFrame = 33'333'333, kHour = 3'600'000'000'000;
  static std::map<const Camera*, int64_t> backward;
  if (kind == "zero") return 0;
  if (kind == "hour") return time_ns + kHour;
  // Two frames back with each, which real time makes one.
  int64_t& behind = backward[camera];
  behind = (behind + 2 * kFrame) % (200 * kFrame);
  return time_ns - behind;
}

void set_timestamp(const Camera& camera, Request& request) {
  const int64_t frame_time_ns = notes_of(request.buffers().begin()->second).frame_time_ns;
  auto& metadata = const_cast<libcamera::ControlList&>(request.metadata());
  if (frame_time_ns != 0) metadata.set(libcamera::controls::SensorTimestamp, frame_time_ns);
  const auto kind = fault("timestamp", camera.id());
  if (!kind) return;
  const int64_t time_ns = metadata.get(libcamera::controls::SensorTimestamp).value_or(0);
  metadata.set(libcamera::controls::SensorTimestamp, faulty_timestamp(*kind, &camera, time_ns));
}

}  // namespace

RequestFate meet_request(Camera& camera, Request& request) {
  static std::map<const Camera*, int> frames;
  const auto one_in = fault_number("error", camera.id(), 1);
  {
    const std::lock_guard lock(notes_mutex);
    const bool is_bad = one_in && ++frames[&camera] % *one_in == 0;
    notes[request.buffers().begin()->second] = {&camera, is_bad, 0};
  }
  if (fault("cancel", camera.id())) return RequestFate::kRefused;
  return fault("stall", camera.id()) ? RequestFate::kSwallowed : RequestFate::kServed;
}

bool meet_frame(const FrameBuffer* buffer) {
  const BufferNotes known = notes_of(buffer);
  set_camera_thread(known.camera, genuine<void*()>("_ZN9libcamera6Thread7currentEv")());
  if (const auto delay_ms = fault_number("slow", known.camera->id(), 100)) sleep_ms(*delay_ms);
  return !known.is_bad;
}

const Camera* camera_of(const FrameBuffer* buffer) {
  return notes_of(buffer).camera;
}

bool is_given_up(const FrameBuffer* buffer) {
  return fault("cancel", camera_of(buffer)->id()).has_value();
}

bool is_going(const FrameBuffer* buffer) {
  const Camera* const camera = camera_of(buffer);
  if (is_given_up(buffer) || fault("unplug", camera->id())) return true;
  const std::lock_guard lock(notes_mutex);
  return stopping.contains(camera);
}

void set_frame_time(const FrameBuffer* buffer, int64_t time_ns) {
  const std::lock_guard lock(notes_mutex);
  notes[buffer].frame_time_ns = time_ns;
}

bool is_out_of_memory(const Camera& camera, size_t buffers) {
  const auto from = fault_number("no-memory", camera.id(), 1);
  return from && buffers + 1 >= static_cast<size_t>(*from);
}

extern "C" {

// Runs on the camera manager's thread, as does what follows.
#define NAME "_ZN9libcamera15PipelineHandler15completeRequestEPNS_7RequestE"
void complete_request(void* self, Request* request) asm(NAME);
void complete_request(void* self, Request* request) {
  const Camera* const camera = camera_of(request->buffers().begin()->second);
  if (is_unplugged(camera)) return;  // it was under way when the plug came out
  set_timestamp(*camera, *request);
  genuine<decltype(complete_request)>(NAME)(self, request);
}
#undef NAME

#define NAME "_ZN9libcamera15PipelineHandler7acquireEPNS_6CameraE"
bool acquire(void* self, Camera* camera) asm(NAME);
bool acquire(void* self, Camera* camera) {
  return !fault("busy", camera->id()) && genuine<decltype(acquire)>(NAME)(self, camera);
}
#undef NAME

#define NAME "_ZN9libcamera22PipelineHandlerVirtual10stopDeviceEPNS_6CameraE"
void stop_device(void* self, Camera* camera) asm(NAME);
void stop_device(void* self, Camera* camera) {
  while (fault("stop-hang", camera->id())) sleep_ms(20);
  const auto note = [&](bool is_stopping) {
    const std::lock_guard lock(notes_mutex);
    if (is_stopping)
      stopping.insert(camera);
    else
      stopping.erase(camera);
  };
  note(true);
  genuine<decltype(stop_device)>(NAME)(self, camera);
  note(false);
}
#undef NAME

// Where the streamer allocates itself: it has no camera to go by, so any camera's fault counts.
int memfd_create(const char* name, unsigned flags) noexcept {
  static std::atomic<int> made = 0;
  const auto from = std::string(name) == "camera-frame" ? fault_number("no-memory", "*", 1) : std::nullopt;
  if (!from) made = 0;
  if (from && ++made >= *from) {
    errno = ENOMEM;
    return -1;
  }
  return genuine<int(const char*, unsigned)>("memfd_create")(name, flags);
}

// libjpeg's, with which the streamer encodes.
void jpeg_start_compress(void* info, int write_all_tables) {
  if (const auto delay_ms = fault_number("slow-encoder", "*", 100)) sleep_ms(*delay_ms);
  genuine<decltype(jpeg_start_compress)>("jpeg_start_compress")(info, write_all_tables);
}

}  // extern "C"
