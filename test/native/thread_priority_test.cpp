#include "core/thread_priority.h"

#include <doctest/doctest.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <thread>

namespace {

// Linux's struct sched_attr, first version.
struct Attributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime_ns;
  uint64_t deadline_ns;
  uint64_t period_ns;
};

Attributes attributes_of_this_thread() {
  Attributes attributes{};
  REQUIRE(syscall(SYS_sched_getattr, 0, &attributes, sizeof attributes, 0) == 0);
  return attributes;
}

// What becomes of a thread of this policy and niceness.
Attributes punctual(int policy, int nice) {
  Attributes attributes{};
  std::thread([&] {
    const sched_param none{};
    REQUIRE(sched_setscheduler(0, policy, &none) == 0);
    REQUIRE(setpriority(PRIO_PROCESS, 0, nice) == 0);
    pcs::become_punctual_thread();
    attributes = attributes_of_this_thread();
  }).join();
  return attributes;
}

bool has_slices() {
  utsname name{};
  int major = 0;
  int minor = 0;
  REQUIRE(uname(&name) == 0);
  REQUIRE(std::sscanf(name.release, "%d.%d", &major, &minor) == 2);
  return major > 6 || (major == 6 && minor >= 12);
}

}  // namespace

TEST_CASE("a punctual thread has the shortest slice, and is as nice as before") {
  const Attributes attributes = punctual(SCHED_OTHER, 3);
  CHECK(attributes.policy == SCHED_OTHER);
  CHECK(attributes.nice == 3);
  if (has_slices()) CHECK(attributes.runtime_ns == 100'000);
}

TEST_CASE("a policy that somebody has chosen stays") {
  CHECK(punctual(SCHED_BATCH, 0).policy == SCHED_BATCH);
}
