#include "addon/encode_options.h"

#include <string>

#include "addon/capture_session_wrap.h"
#include "addon/options.h"
#include "addon/source_handle.h"

namespace pcs {

namespace {

TransformOptions read_transform(const Napi::Object& options, const SourceInfo& source) {
  TransformOptions result;
  result.orientation = source.pending_orientation;
  const auto crop = options.Get("crop").As<Napi::Object>();
  result.crop = {uint_option(crop, "x"), uint_option(crop, "y"), uint_option(crop, "width"),
                 uint_option(crop, "height")};
  const auto target = options.Get("target").As<Napi::Object>();
  result.target = {uint_option(target, "width"), uint_option(target, "height")};
  return result;
}

RangeOverride read_range(const Napi::Object& options) {
  const std::string range = string_option(options, "colorRange");
  return range == "full"      ? RangeOverride::kFull
         : range == "limited" ? RangeOverride::kLimited
                              : RangeOverride::kAuto;
}

}  // namespace

EncodeOptions read_encode_options(const Napi::Object& options, const SourceInfo& source) {
  EncodeOptions result;
  result.quality = static_cast<int>(uint_option(options, "quality"));
  result.transform = read_transform(options, source);
  result.restart_interval = uint_option(options, "restartInterval");
  result.threads = uint_option(options, "threads");
  result.range = read_range(options);
  return result;
}

VideoEncodeOptions read_video_options(const Napi::Object& options, const SourceInfo& source) {
  VideoEncodeOptions result;
  result.codec = string_option(options, "codec") == "vp8" ? VideoCodecName::kVp8 : VideoCodecName::kH264;
  result.uses_hardware = bool_option(options, "hardware");
  result.settings.fps = number_option(options, "fps");
  result.settings.bitrate_bps = uint_option(options, "bitrateBps");
  result.settings.keyframe_interval = uint_option(options, "keyframeInterval");
  result.settings.effort = uint_option(options, "effort");
  result.settings.cpu_used = options.Get("cpuUsed").As<Napi::Number>().Int32Value();
  result.transform = read_transform(options, source);
  result.range = read_range(options);
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
  plan.Set("synchronised", source.synchronised != 0);
  plan.Set("name", source.name);
  plan.Set("colorLabel", source.color_label);
  return plan;
}

Napi::Value plan_video(const Napi::CallbackInfo& info) {
  const Napi::Env env = info.Env();
  const SourceInfo& source = CaptureSessionWrap::Unwrap(info[0].As<Napi::Object>())->session().source_info();
  FrameVideoEncoder::Output output{};
  Failure failure{};
  if (!FrameVideoEncoder::plan(read_video_options(info[1].As<Napi::Object>(), source), source, output,
                               failure)) {
    throw error_from(env, failure);
  }
  auto plan = Napi::Object::New(env);
  plan.Set("width", output.size.width);
  plan.Set("height", output.size.height);
  plan.Set("maxBytes", static_cast<double>(output.max_bytes));
  return plan;
}

}  // namespace pcs
