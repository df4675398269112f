// VideoSession as a JavaScript class.
#pragma once

#include <napi.h>

#include <atomic>
#include <memory>

#include "addon/slot_memory.h"
#include "core/capture_session.h"
#include "core/video_session.h"

namespace pcs {

// new VideoSession(captureSession, options, slots, fields, onVideo, onFailed)
//   slots     ArrayBuffers that frames are written into; kept alive here
//   fields    Float64Array, kFieldsPerSlot numbers for each slot, written before onVideo(slot) is called
//   onFailed  (code, message, isOver): nothing comes after it, or the encoder gets over it
// Encodes from the start on. stop() returns a promise and is for good; release(slot) ends a lease;
// requestKeyframe(); setBitrate(bit/s); readCounters(Float64Array). Ends by itself with the capture session.
class VideoSessionWrap final : public Napi::ObjectWrap<VideoSessionWrap>, private VideoListener {
 public:
  static constexpr size_t kFieldsPerSlot = 3;

  static Napi::Function define(Napi::Env env);
  explicit VideoSessionWrap(const Napi::CallbackInfo& info);
  ~VideoSessionWrap() override;

 private:
  struct Notice;
  static void deliver(Napi::Env env, Napi::Function on_video, VideoSessionWrap* self, Notice* notice);
  using Callback = Napi::TypedThreadSafeFunction<VideoSessionWrap, Notice, deliver>;

  static void end_of_environment(void* wrap);
  void stop_blocking();   // any thread
  void close_callback();  // JavaScript thread, after stop_blocking()

  void on_video(const EncodedVideo& video) noexcept override;
  void on_video_failed(const Failure& failure, bool is_over) noexcept override;

  Napi::Value stop(const Napi::CallbackInfo& info);
  void release(const Napi::CallbackInfo& info);
  void request_keyframe(const Napi::CallbackInfo& info);
  void set_bitrate(const Napi::CallbackInfo& info);
  void read_counters(const Napi::CallbackInfo& info);

  SlotMemory slot_memory_;
  Napi::Reference<Napi::Float64Array> fields_memory_;
  Napi::FunctionReference on_failed_;
  Napi::ObjectReference capture_object_;  // outlives this, whose frames it lends
  double* fields_ = nullptr;
  std::atomic<CaptureSession*> capture_{nullptr};  // null once this has been stopped
  Callback callback_;
  bool callback_open_ = false;
  std::shared_ptr<VideoSession> session_;
};

}  // namespace pcs
