// H.264's parameter sets, without which no decoder can begin: kept for encoders that give them only once.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace pcs {

class ParameterSets {
 public:
  struct Content {
    bool has_sets;
    bool has_slice;
  };

  // Looks at what an encoder made (ITU-T H.264, annex B), as far as the first slice, and keeps the sets.
  Content look_at(std::span<const uint8_t> bytes);

  // The last ones, in annex B.
  const std::vector<uint8_t>& bytes() const { return bytes_; }

 private:
  std::vector<uint8_t> bytes_;
};

}  // namespace pcs
