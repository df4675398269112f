// libcamera's CameraManager, of which a process may have one at a time.
#pragma once

#include <libcamera/camera_manager.h>

#include <memory>
#include <string>

#include "core/failure.h"

namespace pcs {

// The purpose of a share in the manager. Lists are over soon.
enum class ManagerUse { kCamera, kList };

struct ReturnCameraManager {
  ManagerUse use = ManagerUse::kCamera;
  void operator()(libcamera::CameraManager* manager) const noexcept;
};

// A share in the process's manager. Whoever holds a camera holds one and drops it after the camera: a camera
// that outlives the manager crashes. The last share to go stops libcamera and ends its threads.
using CameraManagerLease = std::unique_ptr<libcamera::CameraManager, ReturnCameraManager>;

// Starts libcamera, or joins the manager that runs. Any thread; blocks while libcamera looks for cameras.
//
// tuning_file is the path of a Raspberry Pi tuning file, or empty. libcamera takes it from the environment as
// it starts, for every camera of the process. So it can't change while a camera is open: ERR_CAMERA_CONFIG.
// The end of lists is waited for.
CameraManagerLease take_camera_manager(ManagerUse use, const std::string& tuning_file, Failure& failure);

class HotplugListener {
 public:
  // libcamera has found a camera while it was running. On its thread: may not block.
  virtual void on_camera_added() noexcept = 0;

 protected:
  ~HotplugListener() = default;
};

void add_hotplug_listener(HotplugListener& listener);     // any thread
void remove_hotplug_listener(HotplugListener& listener);  // any thread; after it there is no call

}  // namespace pcs
