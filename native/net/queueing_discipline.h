// Whether the way to a receiver can pace packets in the kernel.
#pragma once

#include <netinet/in.h>

namespace pcs {

// True when every queue of the network interface that leads there is `fq` (man tc-fq), which lets each packet
// leave at the time that SO_TXTIME gives it, by CLOCK_MONOTONIC. Other queueing disciplines either ignore
// that time or, like `etf`, count by another clock and drop what comes late.
bool paces_by_departure_time(const sockaddr_in6& remote);

}  // namespace pcs
