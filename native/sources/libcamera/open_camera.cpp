#include "sources/libcamera/open_camera.h"

#include <libcamera/control_ids.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cmath>
#include <cstring>

#include "sources/libcamera/control_traits.h"
#include "sources/libcamera/libcamera_source.h"
#include "sources/libcamera/sensor_mode_choice.h"
#include "sources/libcamera/spare_descriptors.h"

namespace pcs {
namespace {

// The frame rate that the camera will keep, and the control that makes it.
double set_frame_rate(const libcamera::Camera& camera, double fps, libcamera::ControlList& controls) {
  const auto limits = camera.controls().find(&libcamera::controls::FrameDurationLimits);
  if (limits == camera.controls().end()) return fps;
  const auto longest_us = control_numbers(limits->second.max());
  const double wanted_us = std::round(1e6 / fps);
  double duration_us = wanted_us;
  if (!longest_us.empty()) duration_us = std::min(duration_us, longest_us.front());
  duration_us = std::max(duration_us, shortest_frame_us(camera).value_or(duration_us));
  const int64_t duration = static_cast<int64_t>(duration_us);
  const std::array<int64_t, 2> both{duration, duration};
  controls.set(libcamera::controls::FrameDurationLimits, libcamera::Span<const int64_t, 2>(both));
  return duration_us == wanted_us ? fps : 1e6 / duration_us;
}

// Puts the sync mode before the controls, where the camera has it: who sets the control itself means that.
bool add_sync_mode(const CameraOptions& options, const libcamera::ControlInfoMap& available,
                   std::vector<ControlSetting>& settings) {
  const auto is_it = [](const auto& entry) { return entry.first->name() == "SyncMode"; };
  if (!options.sync_mode || std::none_of(available.begin(), available.end(), is_it)) return false;
  settings.insert(settings.begin(), {"SyncMode", *options.sync_mode});
  return true;
}

bool set_controls(const CameraOptions& options, OpenedCamera& opened, Failure& failure) {
  const auto& available = opened.camera->controls();
  auto settings = options.controls;
  opened.is_synchronised = add_sync_mode(options, available, settings);
  opened.start_controls = libcamera::ControlList(available.idmap());
  opened.fps = set_frame_rate(*opened.camera, options.fps, opened.start_controls);
  return add_controls(available, settings, opened.start_controls, opened.notes, failure);
}

bool make_requests(OpenedCamera& opened, Failure& failure) {
  for (size_t i = 0; i < opened.buffers->size(); ++i) {
    auto request = opened.camera->createRequest(i);
    if (!request || request->addBuffer(opened.setup.stream, opened.buffers->buffer(i)) != 0) {
      failure.set("ERR_CAMERA_FAILED", "libcamera makes no request for %s", opened.camera->id().c_str());
      return false;
    }
    opened.requests.push_back(std::move(request));
  }
  return true;
}

}  // namespace

AcquiredCamera AcquiredCamera::acquire(std::shared_ptr<libcamera::Camera> camera, Failure& failure) {
  const int result = camera->acquire();
  if (result == 0) return AcquiredCamera(std::move(camera));
  if (result == -EBUSY)
    failure.set("ERR_CAMERA_BUSY", "the camera %s is in use, by another process or by this one",
                camera->id().c_str());
  else
    failure.set("ERR_CAMERA_FAILED", "the camera %s cannot be opened: %s", camera->id().c_str(),
                strerror(-result));
  return {};
}

std::unique_ptr<FrameSource> open_camera(const CameraOptions& options, Failure& failure) {
  if (!has_spare_descriptors(failure)) return nullptr;
  auto manager = take_camera_manager(ManagerUse::kCamera, options.tuning_file, failure);
  if (!manager) return nullptr;
  auto found = find_camera(*manager, options.camera, failure);
  if (!found) return nullptr;
  const bool paces_itself = !is_simulated(*found);
  auto camera = AcquiredCamera::acquire(std::move(found), failure);
  if (!camera) return nullptr;
  Notes notes;
  auto setup = configure_for_rate(*camera, options, notes, failure);
  if (!setup) return nullptr;
  OpenedCamera opened{std::move(manager), std::move(camera), std::move(*setup), {}, {}, {}, 0, paces_itself};
  opened.notes = std::move(notes);
  if (!set_controls(options, opened, failure)) return nullptr;
  opened.buffers = FrameBufferSet::make(opened.camera.shared(), opened.setup, failure);
  if (!opened.buffers || !make_requests(opened, failure)) return nullptr;
  return std::make_unique<LibcameraSource>(std::move(opened));
}

}  // namespace pcs
