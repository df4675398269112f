// The libcamera source against real libcamera and its virtual cameras, in the Debian 13 root; see
// ../smoke.sh. Usage: libcamera_smoke CASE
#include <cstdio>

#include "support.h"

int main(int count, char** arguments) {
  pcs::Cases cases = pcs::unit_cases();
  cases.merge(pcs::camera_cases());
  cases.merge(pcs::fault_cases());
  const auto entry = cases.find(count == 2 ? arguments[1] : "");
  if (entry == cases.end()) {
    std::fprintf(stderr, "usage: libcamera_smoke CASE, one of:");
    for (const auto& each : cases) std::fprintf(stderr, " %s", each.first.c_str());
    std::fprintf(stderr, "\n");
    return 2;
  }
  std::setvbuf(stdout, nullptr, _IOLBF, 0);
  for (const auto& test : entry->second) test();
}
