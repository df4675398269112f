// Work that may wait, such as for a camera or the end of a frame, off the JavaScript thread.
#pragma once

#include <napi.h>

#include <functional>
#include <utility>

#include "addon/source_handle.h"
#include "core/failure.h"

namespace pcs {

class BlockingWork final : public Napi::AsyncWorker {
 public:
  using Work = std::function<bool(Failure&)>;
  using Finish = std::function<void()>;

  // Runs work on a thread of its own, then finish on the JavaScript thread, which calls this.
  // owner: what both use, kept alive until then.
  // Returns a promise: rejected with the failure when work returns false.
  static Napi::Promise run(const Napi::Object& owner, Work work, Finish finish = nullptr) {
    auto* worker = new BlockingWork(owner, std::move(work), std::move(finish));
    const Napi::Promise promise = worker->deferred_.Promise();
    worker->Queue();
    return promise;
  }

 private:
  BlockingWork(const Napi::Object& owner, Work work, Finish finish)
      : AsyncWorker(owner.Env()),
        deferred_(Napi::Promise::Deferred::New(owner.Env())),
        owner_(Napi::Persistent(owner)),
        work_(std::move(work)),
        finish_(std::move(finish)) {}

  void Execute() override { succeeded_ = work_(failure_); }

  void OnOK() override {
    if (finish_) finish_();
    if (succeeded_)
      deferred_.Resolve(Env().Undefined());
    else
      deferred_.Reject(error_from(Env(), failure_).Value());
  }

  // Threads or memory ran out.
  void OnError(const Napi::Error& error) override { deferred_.Reject(error.Value()); }

  Napi::Promise::Deferred deferred_;
  Napi::ObjectReference owner_;
  Work work_;
  Finish finish_;
  Failure failure_{};
  bool succeeded_ = false;
};

}  // namespace pcs
