// How much memory the allocator keeps that nobody uses.
#pragma once

#include <malloc.h>

namespace pcs {

// glibc gives threads heaps of their own, up to eight for each processor, and keeps what was freed in them.
// Encoders come and go with cameras and viewers, each on a new thread and with megabytes: what is kept adds
// up to hundreds. With two heaps, and with large blocks that always go back to the system, it does not;
// threads that stream allocate nothing, so they do not wait for each other. Holds for the whole process, from
// the call on.
inline void limit_heaps() {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 2);
  mallopt(M_MMAP_THRESHOLD, 256 * 1024);
#endif
}

// Gives back what has been freed between blocks that are still used, which glibc keeps by itself.
inline void trim_heaps() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

}  // namespace pcs
