// UdpSender as a JavaScript class.
#pragma once

#include <napi.h>

#include <memory>

#include "net/udp_sender.h"

namespace pcs {

// new UdpSender(options, onSent): onSent(id) is called when a batch that is to be reported has left or was
// given up.
// submit(id, isReported, headers, packets, bursts, burstCount, payload) returns 0 when the batch is not
// taken, 1 when it is queued, 2 when it has left already. The arrays of a queued one must stay reachable and
// unchanged until onSent of it or, where it is not reported, of a later one. close() resolves when what was
// queued has left. duplicateDescriptor() gives the caller the socket to receive by; -1 when it has been
// closed.
class UdpSenderWrap final : public Napi::ObjectWrap<UdpSenderWrap>, private BatchListener {
 public:
  static Napi::Function define(Napi::Env env);
  explicit UdpSenderWrap(const Napi::CallbackInfo& info);
  ~UdpSenderWrap() override;

  void close_blocking() { sender_->close(); }  // any one thread
  void close_callback();                       // JavaScript thread, after close_blocking()

 private:
  static void deliver(Napi::Env env, Napi::Function on_sent, void* context, void* id);
  using Callback = Napi::TypedThreadSafeFunction<void, void, deliver>;

  void on_batch_done(uint32_t id) noexcept override;

  Napi::Value submit(const Napi::CallbackInfo& info);
  Napi::Value close(const Napi::CallbackInfo& info);
  Napi::Value describe(const Napi::CallbackInfo& info);
  Napi::Value duplicate_descriptor(const Napi::CallbackInfo& info);
  void read_counters(const Napi::CallbackInfo& info);
  void read_departure_errors(const Napi::CallbackInfo& info);

  Callback callback_;
  bool callback_open_ = false;
  std::unique_ptr<UdpSender> sender_;  // last: its thread ends before anything else goes
};

}  // namespace pcs
