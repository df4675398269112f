// The wall clock as the process sees it: ahead by so many seconds (fault wall-clock=SECONDS), behind where it
// is negative.
#include <sys/time.h>
#include <time.h>

#include "fault_table.h"
#include "interpose.h"

namespace {

time_t ahead_s() {
  return fault_number("wall-clock", "*", 0).value_or(0);
}

}  // namespace

extern "C" {

int clock_gettime(clockid_t clock, timespec* time) noexcept {
  static auto* const own = genuine<int(clockid_t, timespec*)>("clock_gettime");
  const int result = own(clock, time);
  if (result == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) time->tv_sec += ahead_s();
  return result;
}

int gettimeofday(timeval* time, void* zone) noexcept {
  static auto* const own = genuine<int(timeval*, void*)>("gettimeofday");
  const int result = own(time, zone);
  if (result == 0) time->tv_sec += ahead_s();
  return result;
}

}  // extern "C"
