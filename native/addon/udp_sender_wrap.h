// UdpSender as a JavaScript class.
#pragma once

#include <napi.h>

#include <memory>

#include "net/udp_sender.h"

namespace pcs {

// new UdpSender(options, onSent): onSent(id) is called when a batch has left or was given up.
// submit(id, headers, packets, packetCount, payload) returns false when the queue is full. The three arrays
// must stay reachable and unchanged until onSent(id). close() resolves when what was queued has left.
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
  Napi::Value local_port(const Napi::CallbackInfo& info);
  void read_counters(const Napi::CallbackInfo& info);

  Callback callback_;
  bool callback_open_ = false;
  std::unique_ptr<UdpSender> sender_;  // last: its thread ends before anything else goes
};

}  // namespace pcs
