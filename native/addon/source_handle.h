// A FrameSource as a JavaScript value: a type-tagged External that both addons understand.
#pragma once

#include <napi.h>

#include <functional>
#include <memory>
#include <string>

#include "core/source_abi.h"

namespace pcs {

// A SourceAbi in a type-tagged External. The collector destroys the source if nobody has taken it.
Napi::Value wrap_source(Napi::Env env, std::unique_ptr<FrameSource> source);

// Takes the source out of its External. Throws ERR_ADDON_MISMATCH when the value comes from an addon built
// with another source ABI, ERR_INVALID_ARGUMENT when it is no source or has been taken already.
std::unique_ptr<FrameSource> take_source(const Napi::Value& value);

// What the source says of itself; it is not taken. Throws as take_source does.
SourceInfo describe_source(const Napi::Value& value);

// Opens a source on a worker thread, because opening a camera or a folder may block. Resolves to an External.
using OpenSource = std::function<std::unique_ptr<FrameSource>(Failure& failure)>;
Napi::Value open_source_async(Napi::Env env, OpenSource open);

// A JavaScript Error with `code` and `message` from the failure.
Napi::Error error_from(Napi::Env env, const Failure& failure);

}  // namespace pcs
