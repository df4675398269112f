// Reads the plain objects that lib/native/core-addon.ts passes. The TypeScript side has checked them.
#pragma once

#include <napi.h>

#include <cstdint>
#include <string>

#include "core/raw_frame.h"

namespace pcs {

inline double number_option(const Napi::Object& object, const char* key) {
  return object.Get(key).As<Napi::Number>().DoubleValue();
}

inline uint32_t uint_option(const Napi::Object& object, const char* key) {
  return object.Get(key).As<Napi::Number>().Uint32Value();
}

inline bool bool_option(const Napi::Object& object, const char* key) {
  return object.Get(key).As<Napi::Boolean>().Value();
}

inline std::string string_option(const Napi::Object& object, const char* key) {
  return object.Get(key).As<Napi::String>().Utf8Value();
}

// The configuration's flip_method; "none" and anything else leave the picture alone.
inline Orientation orientation_option(const Napi::Object& object) {
  const std::string flip = string_option(object, "flip");
  if (flip == "horizontal-flip") return Orientation::kHorizontalFlip;
  if (flip == "vertical-flip") return Orientation::kVerticalFlip;
  if (flip == "rotate-90") return Orientation::kRotate90;
  if (flip == "rotate-180") return Orientation::kRotate180;
  if (flip == "rotate-270") return Orientation::kRotate270;
  return Orientation::kNone;
}

}  // namespace pcs
