#include "addon/capture_session_wrap.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "addon/blocking_work.h"
#include "addon/control_options.h"
#include "addon/encode_options.h"
#include "addon/options.h"
#include "addon/source_handle.h"

namespace pcs {

// What travels to the JavaScript thread. A frame needs no memory: the pointer's value says it all, in 32 bits
// too: 1, the slot in 6 bits, then the bytes that are ready in units of 64.
struct CaptureSessionWrap::Notice {
  SourceEvent event;
  Failure failure;

  static constexpr uintptr_t kUnitBytes = 64;
  static constexpr uintptr_t kComplete = 0;
  static constexpr uintptr_t kAbandoned = (1 << 24) - 1;
  static constexpr uintptr_t kPassedOver = kAbandoned - 1;

  static Notice* of_slot(uint32_t slot, uintptr_t units) {
    return reinterpret_cast<Notice*>(units << 7 | uintptr_t{slot} << 1 | 1);
  }
  static Notice* of_progress(uint32_t slot, uint64_t bytes) {
    return of_slot(slot, std::min<uintptr_t>(bytes / kUnitBytes, kPassedOver - 1));
  }
  static bool is_slot(const Notice* notice) { return reinterpret_cast<uintptr_t>(notice) & 1; }
  static uint32_t slot(const Notice* notice) { return reinterpret_cast<uintptr_t>(notice) >> 1 & 63; }
  // As onFrame is told: 0 when the frame is complete, -1 when it will not be, -2 when nobody wanted it.
  static double ready_bytes(const Notice* notice) {
    const uintptr_t units = reinterpret_cast<uintptr_t>(notice) >> 7;
    if (units == kPassedOver) return -2;
    return units == kAbandoned ? -1 : static_cast<double>(units * kUnitBytes);
  }
};

namespace {

const char* event_name(SourceEvent event) {
  switch (event) {
    case SourceEvent::kEndOfStream:
      return "end";
    case SourceEvent::kFailed:
      return "failed";
    case SourceEvent::kDisconnected:
      return "disconnected";
    case SourceEvent::kUnusable:
      return "unusable";
    case SourceEvent::kNote:
      return "note";
  }
  return "failed";
}

}  // namespace

Napi::Function CaptureSessionWrap::define(Napi::Env env) {
  return DefineClass(env, "CaptureSession",
                     {
                         InstanceMethod<&CaptureSessionWrap::start>("start"),
                         InstanceMethod<&CaptureSessionWrap::pause>("pause"),
                         InstanceMethod<&CaptureSessionWrap::stop>("stop"),
                         InstanceMethod<&CaptureSessionWrap::release>("release"),
                         InstanceMethod<&CaptureSessionWrap::replace_slot>("replaceSlot"),
                         InstanceMethod<&CaptureSessionWrap::set_quality>("setQuality"),
                         InstanceMethod<&CaptureSessionWrap::set_restart_interval>("setRestartInterval"),
                         InstanceMethod<&CaptureSessionWrap::set_encoding>("setEncoding"),
                         InstanceMethod<&CaptureSessionWrap::set_controls>("setControls"),
                         InstanceMethod<&CaptureSessionWrap::read_counters>("readCounters"),
                     });
}

CaptureSessionWrap::CaptureSessionWrap(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Napi::Env env = info.Env();
  auto source = take_source(info[0]);
  const auto options = info[1].As<Napi::Object>();
  auto encoder = std::make_unique<FrameJpegEncoder>(read_encode_options(options, source->info()));
  encoder_ = encoder.get();
  std::vector<FrameSlot> slots = slot_memory_.keep(info[2].As<Napi::Array>());
  auto fields = info[3].As<Napi::Float64Array>();
  fields_memory_ = Napi::Reference<Napi::Float64Array>::New(fields, 1);
  fields_ = fields.Data();
  on_event_ = Napi::Persistent(info[5].As<Napi::Function>());
  // Unbounded in name only: there is a handful of notices for each leased slot, and of events.
  callback_ = Callback::New(env, info[4].As<Napi::Function>(), "pi-camera-streamer frames", 0, 1, this);
  callback_open_ = true;
  session_ = std::make_unique<CaptureSession>(std::move(source), std::move(encoder), std::move(slots),
                                              int64_t{uint_option(options, "progressIntervalUs")},
                                              static_cast<SessionListener&>(*this));
  // Hooks run in reverse order, so that the threads are joined before the thread-safe function's own hook.
  napi_add_env_cleanup_hook(env, end_of_environment, this);
}

CaptureSessionWrap::~CaptureSessionWrap() {
  if (session_) {  // else the constructor threw
    napi_remove_env_cleanup_hook(Env(), end_of_environment, this);
    end_of_environment(this);
  }
}

// stop() has to come first: nothing may call back once the function is let go.
void CaptureSessionWrap::end_of_environment(void* wrap) {
  auto* self = static_cast<CaptureSessionWrap*>(wrap);
  self->stop_blocking();
  self->close_callback();
}

void CaptureSessionWrap::stop_blocking() {
  const std::lock_guard lock(running_mutex_);
  session_->stop();
}

void CaptureSessionWrap::close_callback() {
  if (callback_open_) callback_.Abort();
  callback_open_ = false;
}

void CaptureSessionWrap::deliver(Napi::Env env, Napi::Function on_frame, CaptureSessionWrap* self,
                                 Notice* notice) {
  if (Notice::is_slot(notice)) {
    if (env == nullptr) return;
    on_frame.Call(
        {Napi::Number::New(env, Notice::slot(notice)), Napi::Number::New(env, Notice::ready_bytes(notice))});
    return;
  }
  const std::unique_ptr<Notice> owned(notice);
  if (env == nullptr) return;  // the function is being let go
  self->on_event_.Call({Napi::String::New(env, event_name(notice->event)),
                        Napi::String::New(env, notice->failure.code),
                        Napi::String::New(env, notice->failure.message)});
}

void CaptureSessionWrap::write_fields(const EncodedFrame& frame) noexcept {
  const SensorMetadata& sensor = frame.sensor;
  const double values[] = {
      static_cast<double>(frame.jpeg_bytes),
      static_cast<double>(frame.encoded_time_us),
      static_cast<double>(frame.capture_time_us),
      static_cast<double>(frame.sequence),
      static_cast<double>(frame.width),
      static_cast<double>(frame.height),
      frame.passed_through ? 1.0 : 0.0,
      sensor.exposure_time_us,
      sensor.analogue_gain,
      sensor.digital_gain,
      sensor.colour_temperature_k,
      sensor.lens_position_dioptres,
      sensor.focus_fom,
      sensor.sensor_temperature_c,
      sensor.lux,
      static_cast<double>(frame.quality),
      static_cast<double>(frame.received_time_us),
      static_cast<double>(frame.encode_start_time_us),
  };
  static_assert(std::size(values) == kFieldsPerSlot);
  // JavaScript may be reading what it was told with the frame's first bytes: only what is new is written.
  const size_t count = growing_ ? 2 : std::size(values);
  std::copy_n(values, count, fields_ + frame.slot * kFieldsPerSlot);
}

void CaptureSessionWrap::on_encoded(const EncodedFrame& frame) noexcept {
  write_fields(frame);
  growing_ = false;
  callback_.NonBlockingCall(Notice::of_slot(frame.slot, Notice::kComplete));
}

void CaptureSessionWrap::on_progress(const EncodedFrame& frame) noexcept {
  if (!growing_) write_fields(frame);
  growing_ = true;
  callback_.NonBlockingCall(Notice::of_progress(frame.slot, frame.jpeg_bytes));
}

void CaptureSessionWrap::on_abandoned(uint32_t slot) noexcept {
  growing_ = false;
  callback_.NonBlockingCall(Notice::of_slot(slot, Notice::kAbandoned));
}

void CaptureSessionWrap::on_passed_over() noexcept {
  callback_.NonBlockingCall(Notice::of_slot(0, Notice::kPassedOver));
}

void CaptureSessionWrap::on_event(SourceEvent event, const Failure& failure) noexcept {
  callback_.NonBlockingCall(new Notice{event, failure});
}

Napi::Value CaptureSessionWrap::start(const Napi::CallbackInfo&) {
  return BlockingWork::run(Value(), [this](Failure& failure) {
    const std::lock_guard lock(running_mutex_);
    return session_->start(failure);
  });
}

Napi::Value CaptureSessionWrap::pause(const Napi::CallbackInfo&) {
  return BlockingWork::run(Value(), [this](Failure&) {
    const std::lock_guard lock(running_mutex_);
    session_->pause();
    return true;
  });
}

Napi::Value CaptureSessionWrap::stop(const Napi::CallbackInfo&) {
  const auto work = [this](Failure&) {
    stop_blocking();
    return true;
  };
  const auto finish = [this] {
    close_callback();
    on_event_.Reset();  // it, the camera and this session would keep each other alive
  };
  return BlockingWork::run(Value(), work, finish);
}

Napi::Value CaptureSessionWrap::release(const Napi::CallbackInfo& info) {
  return Napi::Boolean::New(info.Env(), session_->pool().release(info[0].As<Napi::Number>().Uint32Value()));
}

void CaptureSessionWrap::replace_slot(const Napi::CallbackInfo& info) {
  const uint32_t slot = info[0].As<Napi::Number>().Uint32Value();
  const auto buffer = info[1].As<Napi::ArrayBuffer>();
  if (session_->pool().replace(slot, slot_in(buffer))) slot_memory_.replace(slot, buffer);
}

void CaptureSessionWrap::set_quality(const Napi::CallbackInfo& info) {
  encoder_->set_quality(static_cast<int>(info[0].As<Napi::Number>().Int32Value()));
}

void CaptureSessionWrap::set_restart_interval(const Napi::CallbackInfo& info) {
  encoder_->set_restart_interval(info[0].As<Napi::Number>().Uint32Value());
}

void CaptureSessionWrap::set_encoding(const Napi::CallbackInfo& info) {
  session_->set_encoding(info[0].As<Napi::Boolean>().Value());
}

void CaptureSessionWrap::set_controls(const Napi::CallbackInfo& info) {
  Failure failure{};
  if (!session_->set_controls(control_settings(info[0].As<Napi::Object>()), failure))
    throw error_from(info.Env(), failure);
}

void CaptureSessionWrap::read_counters(const Napi::CallbackInfo& info) {
  const SessionCounters counters = session_->counters();
  const uint64_t values[] = {counters.captured,
                             counters.encoded,
                             counters.dropped_encoder,
                             counters.dropped_no_slot,
                             counters.dropped_failed,
                             counters.encode_time_us,
                             counters.source.frames_lost,
                             counters.source.frames_failed,
                             counters.source.frames_startup,
                             counters.source.timestamps_missing};
  std::transform(std::begin(values), std::end(values), info[0].As<Napi::Float64Array>().Data(),
                 [](uint64_t value) { return static_cast<double>(value); });
}

}  // namespace pcs
