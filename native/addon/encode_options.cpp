#include "addon/encode_options.h"

#include <string>

#include "addon/options.h"
#include "addon/source_handle.h"

namespace pcs {

EncodeOptions read_encode_options(const Napi::Object& options, const SourceInfo& source) {
  EncodeOptions result;
  result.quality = static_cast<int>(uint_option(options, "quality"));
  result.transform.orientation = source.pending_orientation;
  result.restart_interval = uint_option(options, "restartInterval");
  result.threads = uint_option(options, "threads");
  const auto crop = options.Get("crop").As<Napi::Object>();
  result.transform.crop = {uint_option(crop, "x"), uint_option(crop, "y"), uint_option(crop, "width"),
                           uint_option(crop, "height")};
  const auto target = options.Get("target").As<Napi::Object>();
  result.transform.target = {uint_option(target, "width"), uint_option(target, "height")};
  const std::string range = string_option(options, "colorRange");
  result.range = range == "full"      ? RangeOverride::kFull
                 : range == "limited" ? RangeOverride::kLimited
                                      : RangeOverride::kAuto;
  return result;
}

Napi::Value plan_capture(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const SourceInfo source = describe_source(info[0]);
  FrameJpegEncoder::Output output{};
  Failure failure{};
  if (!FrameJpegEncoder::plan(read_encode_options(info[1].As<Napi::Object>(), source), source, output,
                              failure)) {
    throw error_from(env, failure);
  }
  auto plan = Napi::Object::New(env);
  plan.Set("width", output.size.width);
  plan.Set("height", output.size.height);
  plan.Set("maxBytes", static_cast<double>(output.max_bytes));
  plan.Set("sourceWidth", source.width);
  plan.Set("sourceHeight", source.height);
  plan.Set("fps", source.fps);
  plan.Set("live", source.live != 0);
  plan.Set("name", source.name);
  plan.Set("colorLabel", source.color_label);
  return plan;
}

}  // namespace pcs
