#include "sources/libcamera/spare_descriptors.h"

#include <fcntl.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

namespace pcs {
namespace {

// Six buffers, events and timers of a few threads, and the media, video and subdevices of a camera.
constexpr size_t kSpareDescriptors = 32;

}  // namespace

bool has_spare_descriptors(Failure& failure) {
  std::vector<int> descriptors{eventfd(0, EFD_CLOEXEC)};
  while (descriptors.back() >= 0 && descriptors.size() < kSpareDescriptors)
    descriptors.push_back(fcntl(descriptors.front(), F_DUPFD_CLOEXEC, 0));
  const bool are_spare = descriptors.back() >= 0;
  if (!are_spare)
    failure.set("ERR_CAMERA_FAILED", "too few file descriptors are left for a camera: %s", strerror(errno));
  for (const int descriptor : descriptors)
    if (descriptor >= 0) close(descriptor);
  return are_spare;
}

}  // namespace pcs
