#include "addon/source_handle.h"

#include <utility>

namespace pcs {
namespace {

// Any random 128 bits, the same for every version: the version itself is checked in the struct.
constexpr napi_type_tag kSourceTag = {0x3c1f6c8f6d0a4b52, 0x9a7be1d24f8807c3};

struct CloseSource {
  void operator()(SourceAbi* abi) const {
    if (abi->self) abi->destroy(abi->self);
    delete abi;
  }
};

class OpenWorker final : public Napi::AsyncWorker {
 public:
  OpenWorker(Napi::Env env, OpenSource open)
      : AsyncWorker(env), deferred_(Napi::Promise::Deferred::New(env)), open_(std::move(open)) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

  void Execute() override { source_ = open_(failure_); }

  void OnOK() override {
    if (source_)
      deferred_.Resolve(wrap_source(Env(), std::move(source_)));
    else
      deferred_.Reject(error_from(Env(), failure_).Value());
  }

  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

 private:
  Napi::Promise::Deferred deferred_;
  OpenSource open_;
  Failure failure_{};
  std::unique_ptr<FrameSource> source_;
};

// The struct in the External, of our version and not yet taken.
SourceAbi& checked_abi(const Napi::Value& value) {
  Failure failure{};
  if (value.IsExternal() && value.As<Napi::External<SourceAbi>>().CheckTypeTag(&kSourceTag)) {
    SourceAbi& abi = *value.As<Napi::External<SourceAbi>>().Data();
    if (abi.version != kSourceAbiVersion) {
      failure.set("ERR_ADDON_MISMATCH",
                  "the camera addon speaks version %u of the source interface and the core addon version %u: "
                  "build both from the same release",
                  abi.version, kSourceAbiVersion);
      throw error_from(value.Env(), failure);
    }
    if (abi.self) return abi;
  }
  failure.set("ERR_INVALID_ARGUMENT", "a frame source is expected that no other session has taken");
  throw error_from(value.Env(), failure);
}

}  // namespace

Napi::Value wrap_source(Napi::Env env, std::unique_ptr<FrameSource> source) {
  std::unique_ptr<SourceAbi, CloseSource> abi(new SourceAbi(export_source(std::move(source))));
  auto external = Napi::External<SourceAbi>::New(
      env, abi.get(), [](Napi::Env, SourceAbi* closing) { CloseSource{}(closing); });
  // From here on it is the collector's. New() throws in a worker that is being terminated.
  static_cast<void>(abi.release());
  external.TypeTag(&kSourceTag);
  return external;
}

SourceInfo describe_source(const Napi::Value& value) {
  const SourceAbi& abi = checked_abi(value);
  SourceInfo info{};
  abi.info(abi.self, &info);
  return info;
}

std::unique_ptr<FrameSource> take_source(const Napi::Value& value) {
  SourceAbi& abi = checked_abi(value);
  auto source = import_source(abi);
  abi.self = nullptr;
  return source;
}

Napi::Value open_source_async(Napi::Env env, OpenSource open) {
  auto* worker = new OpenWorker(env, std::move(open));
  const Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

Napi::Error error_from(Napi::Env env, const Failure& failure) {
  Napi::Error error = Napi::Error::New(env, failure.message);
  error.Set("code", Napi::String::New(env, failure.code));
  return error;
}

}  // namespace pcs
