// CaptureSession as a JavaScript class.
#pragma once

#include <napi.h>

#include <memory>
#include <mutex>

#include "addon/slot_memory.h"
#include "core/capture_session.h"
#include "encoder/frame_jpeg_encoder.h"

namespace pcs {

// new CaptureSession(source, options, slots, fields, onFrame, onEvent)
//   slots    ArrayBuffers that frames are written into; kept alive here
//   fields   Float64Array, kFieldsPerSlot numbers for each slot, written before onFrame(slot, ...) is called
//   onFrame  (slot, readyBytes): 0: the frame is complete; more: so much of it is; -1: it never will be;
//            -2: a frame has come that was not encoded, and there is no slot
//   onEvent  (event, code, message): 'end', 'failed', 'disconnected', 'unusable'
// start(), pause() and stop() return promises, and stop() is for good; release(slot) ends a lease;
// replaceSlot(slot, buffer) gives a leased slot other memory; readCounters(Float64Array); setQuality(1..100);
// setRestartInterval(MCUs, 1..65535); setEncoding(whether frames are encoded); setControls({name: value}),
// which throws what the source has against it.
//
// Order of destruction: stop() joins every thread; then the thread-safe function is let go; then the memory.
class CaptureSessionWrap final : public Napi::ObjectWrap<CaptureSessionWrap>, private SessionListener {
 public:
  static constexpr size_t kFieldsPerSlot = 18;

  static Napi::Function define(Napi::Env env);
  explicit CaptureSessionWrap(const Napi::CallbackInfo& info);
  ~CaptureSessionWrap() override;

  CaptureSession& session() { return *session_; }

 private:
  struct Notice;
  static void deliver(Napi::Env env, Napi::Function on_frame, CaptureSessionWrap* self, Notice* notice);
  using Callback = Napi::TypedThreadSafeFunction<CaptureSessionWrap, Notice, deliver>;

  static void end_of_environment(void* wrap);
  void stop_blocking();   // any thread
  void close_callback();  // JavaScript thread, after stop_blocking()

  void write_fields(const EncodedFrame& frame) noexcept;
  void on_encoded(const EncodedFrame& frame) noexcept override;
  void on_progress(const EncodedFrame& frame) noexcept override;
  void on_abandoned(uint32_t slot) noexcept override;
  void on_passed_over() noexcept override;
  void on_event(SourceEvent event, const Failure& failure) noexcept override;

  Napi::Value start(const Napi::CallbackInfo& info);
  Napi::Value pause(const Napi::CallbackInfo& info);
  Napi::Value stop(const Napi::CallbackInfo& info);
  Napi::Value release(const Napi::CallbackInfo& info);
  void replace_slot(const Napi::CallbackInfo& info);
  void set_quality(const Napi::CallbackInfo& info);
  void set_restart_interval(const Napi::CallbackInfo& info);
  void set_encoding(const Napi::CallbackInfo& info);
  void set_controls(const Napi::CallbackInfo& info);
  void read_counters(const Napi::CallbackInfo& info);

  SlotMemory slot_memory_;
  Napi::Reference<Napi::Float64Array> fields_memory_;
  Napi::FunctionReference on_event_;
  double* fields_ = nullptr;
  FrameJpegEncoder* encoder_ = nullptr;  // owned by the session
  std::unique_ptr<CaptureSession> session_;
  std::mutex running_mutex_;  // start and stop come from worker threads and from the environment's end
  Callback callback_;
  bool callback_open_ = false;
  bool growing_ = false;  // the encoder's threads, in turn: JavaScript knows of a frame that is not complete
};

}  // namespace pcs
