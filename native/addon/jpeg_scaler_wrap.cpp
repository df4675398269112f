#include "addon/jpeg_scaler_wrap.h"

#include "addon/source_handle.h"
#include "encoder/jpeg_scaler.h"

namespace pcs {
namespace {

class ScaleWorker final : public Napi::AsyncWorker {
 public:
  ScaleWorker(Napi::Env env, Napi::Uint8Array jpeg, Napi::Uint8Array output, uint32_t denominator)
      : AsyncWorker(env),
        deferred_(Napi::Promise::Deferred::New(env)),
        keep_jpeg_(Napi::Reference<Napi::Uint8Array>::New(jpeg, 1)),
        keep_output_(Napi::Reference<Napi::Uint8Array>::New(output, 1)),
        jpeg_(jpeg.Data()),
        jpeg_bytes_(jpeg.ByteLength()),
        out_{output.Data(), output.ByteLength()},
        denominator_(denominator) {}

  Napi::Promise promise() const { return deferred_.Promise(); }

  void Execute() override { written_ = scale_jpeg(jpeg_, jpeg_bytes_, denominator_, out_, failure_); }

  void OnOK() override {
    if (written_ > 0)
      deferred_.Resolve(Napi::Number::New(Env(), static_cast<double>(written_)));
    else
      deferred_.Reject(error_from(Env(), failure_).Value());
  }

 private:
  Napi::Promise::Deferred deferred_;
  Napi::Reference<Napi::Uint8Array> keep_jpeg_;
  Napi::Reference<Napi::Uint8Array> keep_output_;
  const uint8_t* jpeg_;
  size_t jpeg_bytes_;
  FrameSlot out_;
  uint32_t denominator_;
  size_t written_ = 0;
  Failure failure_{};
};

}  // namespace

Napi::Value scale_jpeg_async(const Napi::CallbackInfo& info) {
  auto* worker = new ScaleWorker(info.Env(), info[0].As<Napi::Uint8Array>(), info[1].As<Napi::Uint8Array>(),
                                 info[2].As<Napi::Number>().Uint32Value());
  const Napi::Promise promise = worker->promise();
  worker->Queue();
  return promise;
}

}  // namespace pcs
