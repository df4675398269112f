#include "core/duration_histogram.h"

#include <doctest/doctest.h>

namespace pcs {
namespace {

TEST_CASE("every class follows the one before, and is at most an eighth of its durations wide") {
  size_t last = 0;
  uint64_t lower_us = 0;
  for (uint64_t us = 1; us < 1 << 20; ++us) {
    const size_t index = DurationHistogram::class_of(us);
    REQUIRE((index == last || index == last + 1));
    if (index == last) continue;
    REQUIRE((us - lower_us == 1 || (us - lower_us) * 8 <= us));
    last = index;
    lower_us = us;
  }
}

TEST_CASE("what came early counts as on time, and what is beyond the last class as that") {
  DurationHistogram histogram;
  histogram.add(-5);
  histogram.add(INT64_MAX);
  histogram.add(1000);
  histogram.add(1000);
  CHECK(histogram.count(0) == 1);
  CHECK(histogram.count(DurationHistogram::kClasses - 1) == 1);
  CHECK(histogram.count(DurationHistogram::class_of(1000)) == 2);
}

}  // namespace
}  // namespace pcs
