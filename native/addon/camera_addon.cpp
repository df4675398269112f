// The camera addon: libcamera's cameras as frame sources for the core addon. lib/native/camera-addon.ts holds
// its types.
#include <libcamera/version.h>
#include <napi.h>

#include <optional>
#include <string>
#include <vector>

#include "addon/control_options.h"
#include "addon/hotplug_watch.h"
#include "addon/native_abi.h"
#include "addon/options.h"
#include "addon/source_handle.h"
#include "sources/libcamera/camera_list.h"
#include "sources/libcamera/camera_manager.h"
#include "sources/libcamera/open_camera.h"

namespace pcs {
namespace {

#define PCS_TEXT_OF(x) #x
#define PCS_TEXT(x) PCS_TEXT_OF(x)
constexpr const char* kBuiltAgainst = PCS_TEXT(LIBCAMERA_VERSION_MAJOR) "." PCS_TEXT(
    LIBCAMERA_VERSION_MINOR) "." PCS_TEXT(LIBCAMERA_VERSION_PATCH);

CameraOptions camera_options(const Napi::Object& object) {
  CameraOptions options{};
  options.camera = string_option(object, "camera");
  options.width = uint_option(object, "width");
  options.height = uint_option(object, "height");
  options.fps = number_option(object, "fps");
  options.orientation = orientation_option(object);
  options.controls = control_settings(object.Get("controls").As<Napi::Object>());
  if (const Napi::Value mode = object.Get("sensorMode"); mode.IsObject()) {
    const auto fields = mode.As<Napi::Object>();
    const bool has_bits = fields.Get("bitDepth").IsNumber();
    options.sensor_mode = {uint_option(fields, "width"), uint_option(fields, "height"),
                           has_bits ? uint_option(fields, "bitDepth") : 0};
  }
  if (object.Get("syncMode").IsNumber()) options.sync_mode = number_option(object, "syncMode");
  if (object.Get("tuningFile").IsString()) options.tuning_file = string_option(object, "tuningFile");
  return options;
}

Napi::Value open_camera_promise(const Napi::CallbackInfo& info) {
  const CameraOptions options = camera_options(info[0].As<Napi::Object>());
  return open_source_async(info.Env(), [options](Failure& failure) { return open_camera(options, failure); });
}

Napi::Object size_object(Napi::Env env, const libcamera::Size& size) {
  auto object = Napi::Object::New(env);
  object.Set("width", size.width);
  object.Set("height", size.height);
  return object;
}

// An array by the function that makes each element.
template <typename Items, typename Make>
Napi::Array array_of(Napi::Env env, const Items& items, Make make) {
  auto array = Napi::Array::New(env, items.size());
  uint32_t i = 0;
  for (const auto& item : items) array.Set(i++, make(item));
  return array;
}

Napi::Object format_object(Napi::Env env, const FormatDescription& format) {
  auto object = Napi::Object::New(env);
  object.Set("pixelFormat", format.pixel_format);
  object.Set("sizes",
             array_of(env, format.sizes, [env](const auto& size) { return size_object(env, size); }));
  object.Set("smallest", size_object(env, format.smallest));
  object.Set("largest", size_object(env, format.largest));
  return object;
}

Napi::Object sensor_mode_object(Napi::Env env, const SensorMode& mode) {
  auto object = Napi::Object::New(env);
  object.Set("width", mode.width);
  object.Set("height", mode.height);
  object.Set("bitDepth", mode.bit_depth);
  return object;
}

// A single value stands for itself; null where there is none.
Napi::Value numbers_value(Napi::Env env, const ControlDescription& control, const ControlNumbers& numbers) {
  if (numbers.empty()) return env.Null();
  if (numbers.size() > 1)
    return array_of(env, numbers, [env](double number) { return Napi::Number::New(env, number); });
  if (control.type == std::string("boolean")) return Napi::Boolean::New(env, numbers[0] != 0);
  return Napi::Number::New(env, numbers[0]);
}

Napi::Object control_object(Napi::Env env, const ControlDescription& control) {
  auto object = Napi::Object::New(env);
  object.Set("name", control.name);
  object.Set("type", control.type);
  object.Set("array", control.array);
  object.Set("min", numbers_value(env, control, control.minimum));
  object.Set("max", numbers_value(env, control, control.maximum));
  object.Set("default", numbers_value(env, control, control.default_value));
  auto enumerators = Napi::Object::New(env);
  for (const auto& [number, name] : control.enumerators) enumerators.Set(name, number);
  object.Set("enumerators", enumerators);
  return object;
}

Napi::Object camera_object(Napi::Env env, const CameraDescription& camera) {
  auto object = Napi::Object::New(env);
  object.Set("id", camera.id);
  object.Set("index", camera.index ? Napi::Value(Napi::Number::New(env, *camera.index)) : env.Null());
  object.Set("model", camera.model);
  object.Set("location", camera.location);
  object.Set("rotation",
             camera.rotation ? Napi::Value(Napi::Number::New(env, *camera.rotation)) : env.Null());
  object.Set("formats",
             array_of(env, camera.formats, [env](const auto& each) { return format_object(env, each); }));
  object.Set("sensorModes", array_of(env, camera.sensor_modes,
                                     [env](const auto& each) { return sensor_mode_object(env, each); }));
  object.Set("controls",
             array_of(env, camera.controls, [env](const auto& each) { return control_object(env, each); }));
  return object;
}

class ListWorker final : public Napi::AsyncWorker {
 public:
  explicit ListWorker(Napi::Env env) : AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

  void Execute() override {
    if (const auto manager = take_camera_manager(ManagerUse::kList, "", failure_))
      cameras_ = describe_cameras(*manager);
  }

  void OnOK() override {
    if (failure_.code[0] != '\0') {
      deferred_.Reject(error_from(Env(), failure_).Value());
      return;
    }
    deferred_.Resolve(
        array_of(Env(), cameras_, [this](const auto& each) { return camera_object(Env(), each); }));
  }

  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  Failure failure_{};
  std::vector<CameraDescription> cameras_;
};

Napi::Value list_cameras(const Napi::CallbackInfo& info) {
  auto* worker = new ListWorker(info.Env());
  const Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  exports.Set("nativeAbiVersion", kNativeAbiVersion);
  exports.Set("sourceAbiVersion", kSourceAbiVersion);
  exports.Set("libcameraVersion", libcamera::CameraManager::version());
  exports.Set("builtAgainst", kBuiltAgainst);
  exports.Set("listCameras", Napi::Function::New<list_cameras>(env, "listCameras"));
  exports.Set("watchCameras", Napi::Function::New<watch_cameras>(env, "watchCameras"));
  exports.Set("openCamera", Napi::Function::New<open_camera_promise>(env, "openCamera"));
  return exports;
}

}  // namespace
}  // namespace pcs

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  return pcs::init(env, exports);
}
NODE_API_MODULE(camera, initialize)
