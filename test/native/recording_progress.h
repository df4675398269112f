// Keeps what an encoder tells of its progress, and the bytes that it called final.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "core/encode_progress.h"

namespace pcs::test {

class RecordingProgress final : public EncodeProgress {
 public:
  explicit RecordingProgress(const uint8_t* slot) : slot_(slot) {}

  void on_bytes_ready(size_t bytes) noexcept override { prefixes_.emplace_back(slot_, slot_ + bytes); }

  size_t count() const { return prefixes_.size(); }
  const std::vector<uint8_t>& prefix(size_t index) const { return prefixes_.at(index); }

  // Whether each notice told of more than the one before, and of nothing that the JPEG has otherwise.
  bool grows_to(const std::vector<uint8_t>& jpeg) const {
    size_t bytes = 0;
    for (const auto& prefix : prefixes_) {
      if (prefix.size() <= bytes || prefix.size() >= jpeg.size()) return false;
      if (!std::equal(prefix.begin(), prefix.end(), jpeg.begin())) return false;
      bytes = prefix.size();
    }
    return true;
  }

 private:
  const uint8_t* slot_;
  std::vector<std::vector<uint8_t>> prefixes_;
};

}  // namespace pcs::test
