// What threads are called, for those who look at a process by its threads (top -H, perf).
#pragma once

#include <pthread.h>

namespace pcs {

// name: 15 characters at most.
inline void name_this_thread(const char* name) {
  pthread_setname_np(pthread_self(), name);
}

}  // namespace pcs
