// An error as a value: what the TypeScript side turns into a StreamerError.
#pragma once

#include <cstdarg>
#include <cstdio>
#include <type_traits>

namespace pcs {

// Trivially copyable: it crosses the border between addons. code is one of the ERR_... codes registered in
// lib/errors/codes.ts; message says what failed, where, and what to do.
struct Failure {
  char code[48];
  char message[464];

  [[gnu::format(printf, 3, 4)]] void set(const char* error_code, const char* format, ...) {
    std::snprintf(code, sizeof code, "%s", error_code);
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(message, sizeof message, format, arguments);
    va_end(arguments);
  }
};

static_assert(std::is_trivially_copyable_v<Failure> && std::is_standard_layout_v<Failure>);

}  // namespace pcs
