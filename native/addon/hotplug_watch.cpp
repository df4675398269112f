#include "addon/hotplug_watch.h"

#include "sources/libcamera/camera_manager.h"

namespace pcs {
namespace {

class HotplugWatch final : private HotplugListener {
 public:
  explicit HotplugWatch(const Napi::CallbackInfo& info)
      : callback_(Callback::New(info.Env(), info[0].As<Napi::Function>(), "pi-camera-streamer hotplug", 0, 1,
                                this)) {
    callback_.Unref(info.Env());
    add_hotplug_listener(*this);
  }

  static void end(void* watch) {
    auto* self = static_cast<HotplugWatch*>(watch);
    remove_hotplug_listener(*self);
    self->callback_.Abort();
    delete self;
  }

 private:
  static void deliver(Napi::Env env, Napi::Function on_added, HotplugWatch* /*self*/, void* /*data*/) {
    if (env != nullptr) on_added.Call({});
  }
  using Callback = Napi::TypedThreadSafeFunction<HotplugWatch, void, deliver>;

  void on_camera_added() noexcept override { callback_.NonBlockingCall(); }

  Callback callback_;
};

}  // namespace

void watch_cameras(const Napi::CallbackInfo& info) {
  // Hooks run in reverse order, so that nothing calls any more when the function's own hook lets it go.
  napi_add_env_cleanup_hook(info.Env(), HotplugWatch::end, new HotplugWatch(info));
}

}  // namespace pcs
