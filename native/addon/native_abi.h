// The version of what TypeScript and the addons say to each other.
#pragma once

#include <cstdint>

namespace pcs {

// Raised whenever what TypeScript and the addons say to each other changes: names, arguments, the order of
// numbers in arrays. lib/native/abi-version.ts holds the same number.
inline constexpr uint32_t kNativeAbiVersion = 6;

}  // namespace pcs
