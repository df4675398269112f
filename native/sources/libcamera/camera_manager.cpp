#include "sources/libcamera/camera_manager.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <condition_variable>
#include <cstdlib>
#include <cstring>
#include <mutex>
#include <set>

namespace pcs {
namespace {

constexpr const char* kTuningVariable = "LIBCAMERA_RPI_TUNING_FILE";

// Never destroyed, so that a lease may come back as late as it likes.
struct Shared {
  std::mutex mutex;  // held while libcamera starts and stops: the next manager must wait for that
  std::condition_variable changed;
  libcamera::CameraManager* manager = nullptr;
  unsigned cameras = 0;  // shares
  unsigned lists = 0;
  unsigned waiting = 0;  // for the end of lists, which begin after them
  std::string tuning_file;
  bool tuning_variable_is_ours = false;
};

Shared& shared() {
  static auto* instance = new Shared;
  return *instance;
}

// With no tuning file of ours, the variable is the user's to set.
void set_tuning_variable(Shared& state, const std::string& tuning_file) {
  if (!tuning_file.empty())
    setenv(kTuningVariable, tuning_file.c_str(), 1);
  else if (state.tuning_variable_is_ours)
    unsetenv(kTuningVariable);
  state.tuning_variable_is_ours = !tuning_file.empty();
  state.tuning_file = tuning_file;
}

struct Listeners {
  std::mutex mutex;
  std::set<HotplugListener*> all;
};

Listeners& listeners() {
  static auto* instance = new Listeners;
  return *instance;
}

// On libcamera's thread.
void on_camera_added(std::shared_ptr<libcamera::Camera> /*camera*/) {
  Listeners& state = listeners();
  const std::lock_guard lock(state.mutex);
  for (HotplugListener* listener : state.all) listener->on_camera_added();
}

// False with errno. libcamera would wait for ever for the writer of a pipe, and all cameras with it.
bool is_readable_file(const std::string& path) {
  struct stat status{};
  if (stat(path.c_str(), &status) != 0 || access(path.c_str(), R_OK) != 0) return false;
  if (!S_ISREG(status.st_mode)) errno = S_ISDIR(status.st_mode) ? EISDIR : EINVAL;
  return S_ISREG(status.st_mode);
}

bool start_manager(Shared& state, const std::string& tuning_file, Failure& failure) {
  if (!tuning_file.empty() && !is_readable_file(tuning_file)) {
    failure.set("ERR_CAMERA_CONFIG", "the tuning file %s cannot be read: %s", tuning_file.c_str(),
                strerror(errno));
    return false;
  }
  set_tuning_variable(state, tuning_file);
  // Standard error belongs to the application: libcamera keeps to errors there unless the user asks for more.
  setenv("LIBCAMERA_LOG_LEVELS", "*:ERROR", 0);
  auto manager = std::make_unique<libcamera::CameraManager>();
  if (const int result = manager->start(); result != 0) {
    failure.set("ERR_CAMERA_FAILED", "libcamera does not start: %s; is this user in the group video?",
                strerror(-result));
    return false;
  }
  manager->cameraAdded.connect(&on_camera_added);  // not before: those that are there are no news
  state.manager = manager.release();
  return true;
}

unsigned& shares(Shared& state, ManagerUse use) {
  return use == ManagerUse::kCamera ? state.cameras : state.lists;
}

// Until nobody has the manager, so that it can be started anew, or a camera has it.
void wait_for_lists(Shared& state, std::unique_lock<std::mutex>& lock) {
  ++state.waiting;
  state.changed.wait(lock, [&] { return !state.manager || state.cameras > 0; });
  if (--state.waiting == 0) state.changed.notify_all();
}

}  // namespace

CameraManagerLease take_camera_manager(ManagerUse use, const std::string& tuning_file, Failure& failure) {
  Shared& state = shared();
  std::unique_lock lock(state.mutex);
  if (use == ManagerUse::kList)
    state.changed.wait(lock, [&] { return state.waiting == 0; });
  else if (!tuning_file.empty() && tuning_file != state.tuning_file)
    wait_for_lists(state, lock);
  if (!state.manager) {
    if (!start_manager(state, tuning_file, failure)) return nullptr;
  } else if (!tuning_file.empty() && tuning_file != state.tuning_file) {
    failure.set("ERR_CAMERA_CONFIG",
                "the tuning file %s cannot be loaded: libcamera runs with %s already, and one file serves "
                "all cameras "
                "of a process; give every camera the same one",
                tuning_file.c_str(), state.tuning_file.empty() ? "its own" : state.tuning_file.c_str());
    return nullptr;
  }
  ++shares(state, use);
  state.changed.notify_all();  // a camera has it now: who waits for the end of lists waits no more
  return CameraManagerLease(state.manager, ReturnCameraManager{use});
}

void add_hotplug_listener(HotplugListener& listener) {
  const std::lock_guard lock(listeners().mutex);
  listeners().all.insert(&listener);
}

void remove_hotplug_listener(HotplugListener& listener) {
  const std::lock_guard lock(listeners().mutex);
  listeners().all.erase(&listener);
}

void ReturnCameraManager::operator()(libcamera::CameraManager* manager) const noexcept {
  Shared& state = shared();
  const std::lock_guard lock(state.mutex);
  --shares(state, use);
  if (state.cameras + state.lists > 0) return;
  state.manager = nullptr;
  manager->stop();
  delete manager;
  state.changed.notify_all();
}

}  // namespace pcs
