// The core addon: capture and video sessions, test and file sources, scaling of JPEGs, UDP, word to systemd.
// lib/native/core-addon.ts holds its types.
#include <napi.h>
#include <unistd.h>

#include <memory>
#include <string>

#include "addon/capture_session_wrap.h"
#include "addon/encode_options.h"
#include "addon/jpeg_scaler_wrap.h"
#include "addon/native_abi.h"
#include "addon/options.h"
#include "addon/source_handle.h"
#include "addon/udp_sender_wrap.h"
#include "addon/video_session_wrap.h"
#include "core/clock.h"
#include "core/heap_limits.h"
#include "net/service_notification.h"
#include "sources/file_source.h"
#include "sources/test_pattern.h"

namespace pcs {
namespace {

Napi::Value open_test_source(const Napi::CallbackInfo& info) {
  const auto object = info[0].As<Napi::Object>();
  const uint32_t width = uint_option(object, "width"), height = uint_option(object, "height");
  const Pacing pacing{bool_option(object, "paced"), number_option(object, "fps"), orientation_option(object)};
  return open_source_async(info.Env(), [=](Failure& failure) -> std::unique_ptr<FrameSource> {
    if (width < TestPattern::kMinDimension || height < TestPattern::kMinDimension) {
      failure.set("ERR_INVALID_ARGUMENT", "the test pattern is at least %ux%u pixels, not %ux%u",
                  TestPattern::kMinDimension, TestPattern::kMinDimension, width, height);
      return nullptr;
    }
    return std::make_unique<PacedSource>(std::make_unique<TestPattern>(width, height), pacing);
  });
}

Napi::Value open_file_source(const Napi::CallbackInfo& info) {
  const auto object = info[0].As<Napi::Object>();
  const FileOptions options{string_option(object, "path"), number_option(object, "fps"),
                            bool_option(object, "paced"), bool_option(object, "loop"),
                            orientation_option(object)};
  return open_source_async(info.Env(),
                           [options](Failure& failure) { return pcs::open_file_source(options, failure); });
}

Napi::Value wall_clock_offset(const Napi::CallbackInfo& info) {
  return Napi::Number::New(info.Env(), static_cast<double>(wall_clock_offset_us()));
}

void exit_at_once(const Napi::CallbackInfo& info) {
  _exit(info[0].As<Napi::Number>().Int32Value());
}

void trim_heaps_now(const Napi::CallbackInfo& /*info*/) {
  trim_heaps();
}

Napi::Value notify_service(const Napi::CallbackInfo& info) {
  const std::string socket_path = info[0].As<Napi::String>(), message = info[1].As<Napi::String>();
  return Napi::Number::New(info.Env(), send_service_notification(socket_path, message));
}

Napi::Object init(Napi::Env env, Napi::Object exports) {
  limit_heaps();
  exports.Set("nativeAbiVersion", kNativeAbiVersion);
  exports.Set("sourceAbiVersion", kSourceAbiVersion);
  exports.Set("wallClockOffsetUs", Napi::Function::New<wall_clock_offset>(env, "wallClockOffsetUs"));
  exports.Set("exitAtOnce", Napi::Function::New<exit_at_once>(env, "exitAtOnce"));
  exports.Set("trimHeaps", Napi::Function::New<trim_heaps_now>(env, "trimHeaps"));
  exports.Set("notifyService", Napi::Function::New<notify_service>(env, "notifyService"));
  exports.Set("openTestSource", Napi::Function::New<open_test_source>(env, "openTestSource"));
  exports.Set("openFileSource", Napi::Function::New<open_file_source>(env, "openFileSource"));
  exports.Set("planCapture", Napi::Function::New<plan_capture>(env, "planCapture"));
  exports.Set("scaleJpeg", Napi::Function::New<scale_jpeg_async>(env, "scaleJpeg"));
  exports.Set("planVideo", Napi::Function::New<plan_video>(env, "planVideo"));
  exports.Set("VideoSession", VideoSessionWrap::define(env));
  exports.Set("CaptureSession", CaptureSessionWrap::define(env));
  exports.Set("UdpSender", UdpSenderWrap::define(env));
  return exports;
}

}  // namespace
}  // namespace pcs

static Napi::Object initialize(Napi::Env env, Napi::Object exports) {
  return pcs::init(env, exports);
}
NODE_API_MODULE(core, initialize)
