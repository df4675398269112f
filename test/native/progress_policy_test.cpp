#include "core/progress_policy.h"

#include <doctest/doctest.h>

#include <vector>

namespace pcs {
namespace {

using Times = std::vector<int64_t>;

// Encodes a frame that asks after each step, and gives the times, from the frame's begin, of its notices.
Times encode_frame(ProgressPolicy& policy, int64_t begin_us, int64_t duration_us, int64_t step_us = 100) {
  Times notices;
  if (policy.begin(begin_us)) {
    for (int64_t passed_us = step_us; passed_us < duration_us; passed_us += step_us) {
      if (policy.is_due(begin_us + passed_us)) notices.push_back(passed_us);
    }
  }
  policy.end(begin_us + duration_us);
  return notices;
}

TEST_CASE("there is a notice per interval, and none of the first frame, of which nothing is known") {
  ProgressPolicy policy(1000);
  CHECK(encode_frame(policy, 50'000, 5000) == Times{});
  CHECK(encode_frame(policy, 100'000, 5000) == Times{1000, 2000, 3000, 4000});
}

TEST_CASE("intervals count from the last notice, which may have come late") {
  ProgressPolicy policy(1000);
  encode_frame(policy, 0, 5000);
  CHECK(encode_frame(policy, 10'000, 5000, 700) == Times{1400, 2800, 4200});
}

TEST_CASE("there is no notice when less than half an interval is expected to remain") {
  ProgressPolicy policy(1000);
  encode_frame(policy, 0, 3500);
  CHECK(encode_frame(policy, 10'000, 3499) == Times{1000, 2000, 3000});
  CHECK(encode_frame(policy, 20'000, 3500) == Times{1000, 2000});
}

TEST_CASE("a frame that takes long has no more notices than seven, evenly spread") {
  ProgressPolicy policy(1000);
  encode_frame(policy, 0, 80'000);
  CHECK(encode_frame(policy, 100'000, 80'000) ==
        Times{10'000, 20'000, 30'000, 40'000, 50'000, 60'000, 70'000});
}

TEST_CASE("a frame that takes longer than the one before has no notices beyond what was expected") {
  ProgressPolicy policy(1000);
  encode_frame(policy, 0, 3600);
  CHECK(encode_frame(policy, 10'000, 9000) == Times{1000, 2000, 3000});
}

TEST_CASE("a frame that is encoded within two intervals is not chopped") {
  ProgressPolicy policy(1000);
  encode_frame(policy, 0, 1999);
  CHECK(encode_frame(policy, 10'000, 2000) == Times{});
  CHECK(encode_frame(policy, 20'000, 2000) == Times{1000});
}

TEST_CASE("a frame that fails leaves the expectation as it was") {
  ProgressPolicy policy(1000);
  encode_frame(policy, 0, 3600);
  CHECK(policy.begin(10'000));
  CHECK(encode_frame(policy, 20'000, 3600) == Times{1000, 2000, 3000});
}

TEST_CASE("an interval of 0 means no notices") {
  ProgressPolicy policy(0);
  CHECK(encode_frame(policy, 0, 5000) == Times{});
  CHECK(encode_frame(policy, 10'000, 5000) == Times{});
}

}  // namespace
}  // namespace pcs
