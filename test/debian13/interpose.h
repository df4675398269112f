// What the files of the interposing library share: how a function finds the one whose place it takes.
#pragma once

#include <dlfcn.h>

#include <cstdlib>
#include <string>

// A variable of the environment; empty when it is not set.
inline std::string setting(const char* name) {
  const char* value = getenv(name);
  return value ? value : "";
}

// The function of this name in the library itself.
template <typename Function>
Function* genuine(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}
