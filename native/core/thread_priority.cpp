#include "core/thread_priority.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace pcs {
namespace {

// As <linux/sched/types.h> has it, which can't be included beside <sched.h>.
struct SchedulingAttributes {
  uint32_t size;
  uint32_t policy;
  uint64_t flags;
  int32_t nice;
  uint32_t priority;
  uint64_t runtime_ns;
  uint64_t deadline_ns;
  uint64_t period_ns;
};

void ask_for(int32_t nice, uint64_t slice_ns) {
  SchedulingAttributes attributes{};
  attributes.size = sizeof attributes;
  attributes.policy = SCHED_OTHER;
  attributes.nice = nice;
  // Linux 6.12 and newer: who asks for a long slice gives way to those with shorter ones. Older ones ignore
  // it.
  attributes.runtime_ns = slice_ns;
  syscall(SYS_sched_setattr, 0, &attributes, 0);
}

}  // namespace

void become_background_thread() {
  ask_for(5, 20'000'000);
}

void become_punctual_thread() {
  if (sched_getscheduler(0) != SCHED_OTHER) return;  // somebody chose another, such as a real-time one
  ask_for(getpriority(PRIO_PROCESS, 0), 100'000);    // the shortest that there is
}

}  // namespace pcs
