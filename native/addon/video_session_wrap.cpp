#include "addon/video_session_wrap.h"

#include <algorithm>
#include <iterator>

#include "addon/blocking_work.h"
#include "addon/capture_session_wrap.h"
#include "addon/encode_options.h"
#include "addon/options.h"
#include "video/frame_video_encoder.h"

namespace pcs {

// What travels to the JavaScript thread. A slot needs no memory: the pointer's value is its number and a set
// lowest bit.
struct VideoSessionWrap::Notice {
  Failure failure;
  bool is_over;

  static Notice* of_slot(uint32_t slot) { return reinterpret_cast<Notice*>(uintptr_t{slot} << 1 | 1); }
  static bool is_slot(const Notice* notice) { return reinterpret_cast<uintptr_t>(notice) & 1; }
  static uint32_t slot(const Notice* notice) {
    return static_cast<uint32_t>(reinterpret_cast<uintptr_t>(notice) >> 1);
  }
};

Napi::Function VideoSessionWrap::define(Napi::Env env) {
  return DefineClass(env, "VideoSession",
                     {
                         InstanceMethod<&VideoSessionWrap::stop>("stop"),
                         InstanceMethod<&VideoSessionWrap::release>("release"),
                         InstanceMethod<&VideoSessionWrap::request_keyframe>("requestKeyframe"),
                         InstanceMethod<&VideoSessionWrap::set_bitrate>("setBitrate"),
                         InstanceMethod<&VideoSessionWrap::read_counters>("readCounters"),
                     });
}

VideoSessionWrap::VideoSessionWrap(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Napi::Env env = info.Env();
  auto capture_object = info[0].As<Napi::Object>();
  CaptureSession& capture = CaptureSessionWrap::Unwrap(capture_object)->session();
  capture_object_ = Napi::Persistent(capture_object);
  const VideoEncodeOptions options = read_video_options(info[1].As<Napi::Object>(), capture.source_info());
  std::vector<FrameSlot> slots = slot_memory_.keep(info[2].As<Napi::Array>());
  auto fields = info[3].As<Napi::Float64Array>();
  fields_memory_ = Napi::Reference<Napi::Float64Array>::New(fields, 1);
  fields_ = fields.Data();
  on_failed_ = Napi::Persistent(info[5].As<Napi::Function>());
  // Unbounded in name only: there is one notice for each leased slot, and one for each frame that fails.
  callback_ = Callback::New(env, info[4].As<Napi::Function>(), "pi-camera-streamer video", 0, 1, this);
  callback_open_ = true;
  session_ = std::make_shared<VideoSession>(std::make_unique<FrameVideoEncoder>(options), std::move(slots),
                                            options.settings.bitrate_bps, static_cast<VideoListener&>(*this));
  capture_ = &capture;
  capture.set_tap(session_);
  napi_add_env_cleanup_hook(env, end_of_environment, this);
}

VideoSessionWrap::~VideoSessionWrap() {
  if (session_) {  // else the constructor threw
    napi_remove_env_cleanup_hook(Env(), end_of_environment, this);
    end_of_environment(this);
  }
}

void VideoSessionWrap::end_of_environment(void* wrap) {
  auto* self = static_cast<VideoSessionWrap*>(wrap);
  self->stop_blocking();
  self->close_callback();
}

void VideoSessionWrap::stop_blocking() {
  if (CaptureSession* capture = capture_.exchange(nullptr)) capture->remove_tap(*session_);
  session_->drain();
}

void VideoSessionWrap::close_callback() {
  if (callback_open_) callback_.Abort();
  callback_open_ = false;
}

void VideoSessionWrap::deliver(Napi::Env env, Napi::Function on_video, VideoSessionWrap* self,
                               Notice* notice) {
  if (Notice::is_slot(notice)) {
    if (env != nullptr) on_video.Call({Napi::Number::New(env, Notice::slot(notice))});
    return;
  }
  const std::unique_ptr<Notice> owned(notice);
  if (env == nullptr) return;  // the function is being let go
  self->on_failed_.Call({Napi::String::New(env, notice->failure.code),
                         Napi::String::New(env, notice->failure.message),
                         Napi::Boolean::New(env, notice->is_over)});
}

void VideoSessionWrap::on_video(const EncodedVideo& video) noexcept {
  const double values[] = {static_cast<double>(video.bytes), video.is_keyframe ? 1.0 : 0.0,
                           static_cast<double>(video.capture_time_us)};
  static_assert(std::size(values) == kFieldsPerSlot);
  std::copy(std::begin(values), std::end(values), fields_ + video.slot * kFieldsPerSlot);
  callback_.NonBlockingCall(Notice::of_slot(video.slot));
}

void VideoSessionWrap::on_video_failed(const Failure& failure, bool is_over) noexcept {
  callback_.NonBlockingCall(new Notice{failure, is_over});
}

Napi::Value VideoSessionWrap::stop(const Napi::CallbackInfo&) {
  const auto work = [this](Failure&) {
    stop_blocking();
    return true;
  };
  const auto finish = [this] {
    close_callback();
    on_failed_.Reset();  // callbacks and this session would keep each other alive
  };
  return BlockingWork::run(Value(), work, finish);
}

void VideoSessionWrap::release(const Napi::CallbackInfo& info) {
  session_->pool().release(info[0].As<Napi::Number>().Uint32Value());
}

void VideoSessionWrap::request_keyframe(const Napi::CallbackInfo&) {
  session_->request_keyframe();
}

void VideoSessionWrap::set_bitrate(const Napi::CallbackInfo& info) {
  session_->set_bitrate(info[0].As<Napi::Number>().Uint32Value());
}

void VideoSessionWrap::read_counters(const Napi::CallbackInfo& info) {
  const VideoCounters counters = session_->counters();
  const uint64_t values[] = {counters.encoded,         counters.keyframes,       counters.bytes,
                             counters.dropped_encoder, counters.dropped_no_slot, counters.encode_time_us,
                             counters.by_hardware};
  std::transform(std::begin(values), std::end(values), info[0].As<Napi::Float64Array>().Data(),
                 [](uint64_t value) { return static_cast<double>(value); });
}

}  // namespace pcs
