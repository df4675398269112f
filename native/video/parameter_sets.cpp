#include "video/parameter_sets.h"

#include <algorithm>
#include <iterator>

namespace pcs {
namespace {

// ITU-T H.264, table 7-1.
constexpr int kLastSliceType = 5;  // 1 to 5
constexpr int kSps = 7;
constexpr int kPps = 8;

constexpr uint8_t kStartCode[] = {0, 0, 1};

}  // namespace

ParameterSets::Content ParameterSets::look_at(std::span<const uint8_t> bytes) {
  Content content{};
  const auto start_code = [&](auto from) {
    return std::search(from, bytes.end(), std::begin(kStartCode), std::end(kStartCode));
  };
  for (auto at = start_code(bytes.begin()); bytes.end() - at > 3;) {
    const auto begin = at + 3;
    const int type = *begin & 31;
    if (type >= 1 && type <= kLastSliceType) {
      content.has_slice = true;
      break;
    }
    at = start_code(begin);
    if (type != kSps && type != kPps) continue;
    auto end = at;
    while (end > begin && *(end - 1) == 0) --end;  // zeros belong to the next start code
    if (!content.has_sets) bytes_.clear();
    content.has_sets = true;
    bytes_.push_back(0);
    bytes_.insert(bytes_.end(), std::begin(kStartCode), std::end(kStartCode));
    bytes_.insert(bytes_.end(), begin, end);
  }
  return content;
}

}  // namespace pcs
