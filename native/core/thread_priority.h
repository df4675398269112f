// How threads share the processor.
#pragma once

#include <cstdint>

namespace pcs {

// For a thread that computes for milliseconds at a time: others that wake up need not wait for it. Ours are
// the JavaScript thread and the sender's, which need a processor at once and for microseconds only. On a busy
// system it still gets a third of an ordinary thread's time.
void become_background_thread();

// For a thread that sleeps until a time and then works for microseconds: it need not wait for the end of a
// slice of somebody who computes, such as JavaScript that serves HTTP. Takes no more than its share.
// Does nothing under a policy that somebody has chosen for the process.
void become_punctual_thread();

}  // namespace pcs
