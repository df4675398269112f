// Unplugs libcamera's virtual cameras while they run, and plugs them in again, while the fault `unplug` comes
// and goes. Both go the way that a driver's news goes: cameras are disconnected and removed; new ones are
// found when libcamera looks for pipelines again, as it does when devices are added.
#include "hotplug.h"

#include <libcamera/base/object.h>

#include <map>
#include <mutex>
#include <set>
#include <utility>

#include "fault_table.h"
#include "interpose.h"

namespace {

using libcamera::Camera;
using CameraPointer = std::shared_ptr<Camera>;

constexpr auto kCreatePipelines = "_ZN9libcamera13CameraManager7Private22createPipelineHandlersEv";
constexpr auto kRemoveCamera =
    "_ZN9libcamera13CameraManager7Private12removeCameraESt10shared_ptrINS_6CameraEE";

// Brings the watcher's news to the camera manager's thread, on which it is made.
class Courier final : public libcamera::Object {
 public:
  void act();
};

// Never destroyed: the thread that watches for faults lives as long as the process.
struct Plugs {
  std::mutex mutex;            // guards `courier`; all else belongs to the camera manager's thread
  Courier* courier = nullptr;  // while there is a camera manager
  void* manager = nullptr;     // libcamera's CameraManager::Private
  std::map<std::string, std::weak_ptr<Camera>> plugged;
  std::set<const Camera*> unplugged;
  unsigned registered_by_match = 0;
};

Plugs& plugs() {
  static auto* const instance = new Plugs;
  return *instance;
}

std::mutex threads_mutex;
std::map<const Camera*, void*> threads;  // libcamera::Thread of each camera that has run

// A driver's threads end with its device; the virtual camera's would outlive it and trip over that.
void end_camera_thread(const Camera* camera) {
  std::unique_lock lock(threads_mutex);
  void* const thread = std::exchange(threads[camera], nullptr);
  lock.unlock();
  if (!thread) return;
  genuine<void(void*, int)>("_ZN9libcamera6Thread4exitEi")(thread, 0);
  using Duration = std::chrono::steady_clock::duration;
  constexpr auto kWait = "_ZN9libcamera6Thread4waitENSt6chrono8durationIlSt5ratioILl1ELl1000000000EEEE";
  genuine<bool(void*, Duration)>(kWait)(thread, Duration::max());
}

void unplug(const CameraPointer& camera) {
  plugs().unplugged.insert(camera.get());
  genuine<void(Camera*)>("_ZN9libcamera6Camera10disconnectEv")(camera.get());
  end_camera_thread(camera.get());
  genuine<void(void*, CameraPointer)>(kRemoveCamera)(plugs().manager, camera);
}

void look_for_cameras() {
  // The handler believes that one of its kind is enough; each time it is asked anew it makes all its cameras.
  auto* created = static_cast<bool*>(dlsym(RTLD_NEXT, "_ZN9libcamera22PipelineHandlerVirtual8created_E"));
  *created = false;
  genuine<void(void*)>(kCreatePipelines)(plugs().manager);
}

void Courier::act() {
  Plugs& all = plugs();
  std::set<std::string> gone;
  for (const auto& [id, camera] : all.plugged)
    if (fault("unplug", id)) gone.insert(id);
  for (const auto& id : gone) {
    const CameraPointer camera = all.plugged[id].lock();
    all.plugged.erase(id);
    if (camera) unplug(camera);
  }
  look_for_cameras();
}

}  // namespace

bool is_unplugged(const Camera* camera) {
  return plugs().unplugged.contains(camera);
}

void set_camera_thread(const Camera* camera, void* thread) {
  const std::lock_guard lock(threads_mutex);
  threads[camera] = thread;
}

extern "C" {

// Runs on the camera manager's thread: when it starts, and when devices are added.
void create_pipelines(void* self) asm("_ZN9libcamera13CameraManager7Private22createPipelineHandlersEv");
void create_pipelines(void* self) {
  Plugs& all = plugs();
  all.manager = self;
  {
    const std::lock_guard lock(all.mutex);
    if (!all.courier) all.courier = new Courier;
  }
  on_faults_changed([] {
    const std::lock_guard lock(plugs().mutex);
    if (plugs().courier)
      plugs().courier->invokeMethod(&Courier::act, libcamera::ConnectionType::ConnectionTypeQueued);
  });
  genuine<void(void*)>(kCreatePipelines)(self);
}

// The camera manager's thread comes to its end.
#define NAME "_ZN9libcamera13CameraManager7Private7cleanupEv"
void cleanup(void* self) asm(NAME);
void cleanup(void* self) {
  Plugs& all = plugs();
  all.plugged.clear();
  {
    const std::lock_guard lock(all.mutex);
    delete std::exchange(all.courier, nullptr);
  }
  genuine<void(void*)>(NAME)(self);
}
#undef NAME

#define NAME "_ZN9libcamera15PipelineHandler14registerCameraESt10shared_ptrINS_6CameraEE"
void register_camera(void* self, CameraPointer camera) asm(NAME);
void register_camera(void* self, CameraPointer camera) {
  Plugs& all = plugs();
  const std::string& id = camera->id();
  if (fault("unplug", id) || all.plugged.contains(id)) return;
  all.plugged[id] = camera;
  all.unplugged.erase(camera.get());  // another one was there in memory before
  ++all.registered_by_match;
  genuine<decltype(register_camera)>(NAME)(self, std::move(camera));
}
#undef NAME

// A handler without a camera would be asked for again and again.
#define NAME "_ZN9libcamera22PipelineHandlerVirtual5matchEPNS_16DeviceEnumeratorE"
bool match(void* self, void* enumerator) asm(NAME);
bool match(void* self, void* enumerator) {
  plugs().registered_by_match = 0;
  return genuine<decltype(match)>(NAME)(self, enumerator) && plugs().registered_by_match > 0;
}
#undef NAME

}  // extern "C"
