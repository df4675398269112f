#include "video/v4l2_device.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>

namespace pcs {
namespace {

class SystemDevice final : public V4l2Device {
 public:
  explicit SystemDevice(int file_descriptor) : file_descriptor_(file_descriptor) {}
  ~SystemDevice() override { close(file_descriptor_); }
  SystemDevice(const SystemDevice&) = delete;
  SystemDevice& operator=(const SystemDevice&) = delete;

  int ioctl(unsigned long request, void* argument) override {
    int result = 0;
    do {
      result = ::ioctl(file_descriptor_, request, argument);
    } while (result != 0 && errno == EINTR);
    return result == 0 ? 0 : errno;
  }

  uint8_t* map(uint32_t offset, size_t bytes) override {
    void* address = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file_descriptor_, offset);
    return address == MAP_FAILED ? nullptr : static_cast<uint8_t*>(address);
  }

  void unmap(uint8_t* address, size_t bytes) override { munmap(address, bytes); }

  int poll(short events, int timeout_ms) override {
    pollfd waiting{file_descriptor_, events, 0};
    const int count = ::poll(&waiting, 1, timeout_ms);
    return count > 0 ? waiting.revents : count == 0 ? 0 : -errno;
  }

 private:
  const int file_descriptor_;
};

}  // namespace

std::unique_ptr<V4l2Device> open_v4l2_device(const char* path) {
  const int file_descriptor = open(path, O_RDWR | O_NONBLOCK | O_CLOEXEC);
  if (file_descriptor < 0) return nullptr;
  return std::make_unique<SystemDevice>(file_descriptor);
}

}  // namespace pcs
