#include "addon/udp_sender_wrap.h"

#include <fcntl.h>

#include <algorithm>
#include <iterator>

#include "addon/options.h"
#include "addon/source_handle.h"

namespace pcs {
namespace {

class CloseWorker final : public Napi::AsyncWorker {
 public:
  CloseWorker(Napi::Env env, UdpSenderWrap& sender)
      : AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        sender_(sender),
        keep_alive_(Napi::Persistent(sender.Value())) {}

  Napi::Promise promise() const { return deferred_.Promise(); }
  void Execute() override { sender_.close_blocking(); }
  void OnOK() override {
    sender_.close_callback();
    deferred_.Resolve(Env().Undefined());
  }

 private:
  Napi::Promise::Deferred deferred_;
  UdpSenderWrap& sender_;
  Napi::ObjectReference keep_alive_;
};

void end_of_environment(void* wrap) {
  auto* sender = static_cast<UdpSenderWrap*>(wrap);
  sender->close_blocking();
  sender->close_callback();
}

UdpOptions read_options(const Napi::Object& object) {
  UdpOptions options;
  options.remote_address = string_option(object, "address");
  options.remote_port = static_cast<uint16_t>(uint_option(object, "port"));
  options.local_address = string_option(object, "localAddress");
  options.local_port = static_cast<uint16_t>(uint_option(object, "localPort"));
  options.local_port_shared = bool_option(object, "localPortShared");
  options.dscp = static_cast<int>(uint_option(object, "dscp"));
  options.hop_limit = static_cast<int>(uint_option(object, "hopLimit"));
  options.multicast_interface = string_option(object, "multicastInterface");
  options.multicast_loopback = bool_option(object, "multicastLoopback");
  options.send_buffer_bytes = static_cast<int>(uint_option(object, "sendBufferBytes"));
  options.segmentation = bool_option(object, "segmentation");
  options.kernel_departure_times = bool_option(object, "kernelDepartureTimes");
  return options;
}

}  // namespace

Napi::Function UdpSenderWrap::define(Napi::Env env) {
  return DefineClass(env, "UdpSender",
                     {
                         InstanceMethod<&UdpSenderWrap::submit>("submit"),
                         InstanceMethod<&UdpSenderWrap::close>("close"),
                         InstanceMethod<&UdpSenderWrap::describe>("describe"),
                         InstanceMethod<&UdpSenderWrap::duplicate_descriptor>("duplicateDescriptor"),
                         InstanceMethod<&UdpSenderWrap::read_counters>("readCounters"),
                         InstanceMethod<&UdpSenderWrap::read_departure_errors>("readDepartureErrors"),
                     });
}

UdpSenderWrap::UdpSenderWrap(const Napi::CallbackInfo& info) : ObjectWrap(info) {
  const Napi::Env env = info.Env();
  const auto object = info[0].As<Napi::Object>();
  Failure failure{};
  sender_ = UdpSender::open(read_options(object), static_cast<BatchListener&>(*this), failure);
  if (!sender_) throw error_from(env, failure);
  // Unbounded in name only: there is one call for each batch that the sender's own queue holds.
  callback_ = Callback::New(env, info[1].As<Napi::Function>(), "pi-camera-streamer sent", 0, 1,
                            static_cast<void*>(nullptr));
  callback_open_ = true;
  napi_add_env_cleanup_hook(env, end_of_environment, this);
}

UdpSenderWrap::~UdpSenderWrap() {
  if (!sender_) return;  // the constructor threw
  napi_remove_env_cleanup_hook(Env(), end_of_environment, this);
  end_of_environment(this);
}

void UdpSenderWrap::close_callback() {
  if (callback_open_) callback_.Abort();
  callback_open_ = false;
}

void UdpSenderWrap::deliver(Napi::Env env, Napi::Function on_sent, void* /*context*/, void* id) {
  if (env != nullptr) {
    on_sent.Call({Napi::Number::New(env, static_cast<uint32_t>(reinterpret_cast<uintptr_t>(id)))});
  }
}

void UdpSenderWrap::on_batch_done(uint32_t id) noexcept {
  callback_.NonBlockingCall(reinterpret_cast<void*>(uintptr_t{id}));
}

Napi::Value UdpSenderWrap::submit(const Napi::CallbackInfo& info) {
  const auto packets = info[3].As<Napi::Uint32Array>();
  const auto bursts = info[4].As<Napi::Float64Array>();
  const PacketBatch batch{
      info[0].As<Napi::Number>().Uint32Value(),
      info[1].As<Napi::Boolean>().Value(),
      info[2].As<Napi::Uint8Array>().Data(),
      info[6].As<Napi::Uint8Array>().Data(),
      reinterpret_cast<const PacketSlice*>(packets.Data()),
      reinterpret_cast<const Burst*>(bursts.Data()),
      info[5].As<Napi::Number>().Uint32Value(),
  };
  return Napi::Number::New(info.Env(), static_cast<uint32_t>(sender_->submit(batch)));
}

Napi::Value UdpSenderWrap::close(const Napi::CallbackInfo& info) {
  auto* worker = new CloseWorker(info.Env(), *this);
  const Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

Napi::Value UdpSenderWrap::describe(const Napi::CallbackInfo& info) {
  const UdpTransmitter& transmitter = sender_->transmitter();
  auto result = Napi::Object::New(info.Env());
  result.Set("localPort", transmitter.socket().local_port);
  result.Set("segmentation", transmitter.uses_segmentation());
  result.Set("kernelDepartureTimes", transmitter.uses_kernel_departure_times());
  return result;
}

Napi::Value UdpSenderWrap::duplicate_descriptor(const Napi::CallbackInfo& info) {
  const int descriptor = fcntl(sender_->transmitter().socket().descriptor, F_DUPFD_CLOEXEC, 0);
  return Napi::Number::New(info.Env(), descriptor);
}

void UdpSenderWrap::read_counters(const Napi::CallbackInfo& info) {
  const UdpCounters& counters = sender_->transmitter().counters();
  const uint64_t values[] = {
      counters.packets_sent,    counters.bytes_sent,         counters.packets_dropped,
      counters.errors_refused,  counters.errors_unreachable, counters.errors_no_buffer,
      counters.errors_too_long, counters.errors_other,       counters.segmentation_lost};
  std::transform(std::begin(values), std::end(values), info[0].As<Napi::Float64Array>().Data(),
                 [](uint64_t value) { return static_cast<double>(value); });
}

void UdpSenderWrap::read_departure_errors(const Napi::CallbackInfo& info) {
  double* counts = info[0].As<Napi::Float64Array>().Data();
  for (size_t i = 0; i < DurationHistogram::kClasses; ++i) {
    counts[i] = static_cast<double>(sender_->departure_errors().count(i));
  }
}

}  // namespace pcs
