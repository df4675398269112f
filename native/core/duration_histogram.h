// How long something took, counted in classes that are an eighth of an octave wide.
#pragma once

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace pcs {

// One writer; readers in any thread. Microseconds 0..2^24 (16 s); what is longer counts as that.
class DurationHistogram {
 public:
  static constexpr size_t kClasses = 8 * 22;

  void add(int64_t duration_us) {
    counts_[class_of(duration_us < 0 ? 0 : static_cast<uint64_t>(duration_us))].fetch_add(
        1, std::memory_order_relaxed);
  }

  uint64_t count(size_t index) const { return counts_[index].load(std::memory_order_relaxed); }

  // Whole microseconds up to 15 have a class each; above, eight classes an octave.
  static size_t class_of(uint64_t duration_us) {
    if (duration_us < 16) return duration_us;
    const auto octave = static_cast<size_t>(std::bit_width(duration_us)) - 4;  // 1 for 16..31
    const size_t index = 8 * octave + (duration_us >> octave);
    return index < kClasses ? index : kClasses - 1;
  }

 private:
  std::array<std::atomic<uint64_t>, kClasses> counts_{};
};

}  // namespace pcs
