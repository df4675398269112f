#include "addon/control_options.h"

#include <string>

#include "addon/source_handle.h"

namespace pcs {
namespace {

bool is_array_of_numbers(const Napi::Value& value) {
  if (!value.IsArray()) return false;
  const auto array = value.As<Napi::Array>();
  for (uint32_t i = 0; i < array.Length(); ++i)
    if (!array.Get(i).IsNumber()) return false;
  return true;
}

ControlSettingValue control_value(const std::string& name, const Napi::Value& value) {
  if (value.IsBoolean()) return value.As<Napi::Boolean>().Value();
  if (value.IsNumber()) return value.As<Napi::Number>().DoubleValue();
  if (value.IsString()) return value.As<Napi::String>().Utf8Value();
  if (!is_array_of_numbers(value)) {
    Failure failure{};
    failure.set("ERR_CAMERA_CONFIG",
                "the control %s takes true or false, a number, a name, or an array of numbers", name.c_str());
    throw error_from(value.Env(), failure);
  }
  const auto array = value.As<Napi::Array>();
  std::vector<double> numbers;
  numbers.reserve(array.Length());
  for (uint32_t i = 0; i < array.Length(); ++i)
    numbers.push_back(array.Get(i).As<Napi::Number>().DoubleValue());
  return numbers;
}

}  // namespace

std::vector<ControlSetting> control_settings(const Napi::Object& controls) {
  std::vector<ControlSetting> settings;
  const Napi::Array names = controls.GetPropertyNames();
  for (uint32_t i = 0; i < names.Length(); ++i) {
    const std::string name = names.Get(i).As<Napi::String>().Utf8Value();
    settings.push_back({name, control_value(name, controls.Get(name))});
  }
  return settings;
}

}  // namespace pcs
