// A camera that is ours alone until this goes.
#pragma once

#include <libcamera/camera.h>

#include <memory>
#include <utility>

#include "core/failure.h"

namespace pcs {

class AcquiredCamera {
 public:
  AcquiredCamera() = default;
  AcquiredCamera(AcquiredCamera&&) = default;
  AcquiredCamera& operator=(AcquiredCamera&&) = delete;
  ~AcquiredCamera() {
    if (camera_) camera_->release();
  }

  // Empty, with ERR_CAMERA_BUSY, when somebody else has it.
  static AcquiredCamera acquire(std::shared_ptr<libcamera::Camera> camera, Failure& failure);

  explicit operator bool() const { return camera_ != nullptr; }
  libcamera::Camera* operator->() const { return camera_.get(); }
  libcamera::Camera& operator*() const { return *camera_; }
  const std::shared_ptr<libcamera::Camera>& shared() const { return camera_; }

 private:
  explicit AcquiredCamera(std::shared_ptr<libcamera::Camera> camera) : camera_(std::move(camera)) {}

  std::shared_ptr<libcamera::Camera> camera_;
};

}  // namespace pcs
