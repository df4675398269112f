// Plays a heap of DMA memory, which no machine that tests has.
//
// PI_LIKE_HEAP=NAME       /dev/dma_heap/NAME is there
// PI_LIKE_HEAP_LOG=FILE   each thread that begins to read a buffer from it (DMA_BUF_IOCTL_SYNC) adds its
// name, a line
//                         each time
#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <string>

#include "interpose.h"

namespace {

std::atomic<int> heap{-1};

const std::string& heap_name() {
  static const std::string name = setting("PI_LIKE_HEAP");
  return name;
}

bool is_heap(const char* path) {
  return !heap_name().empty() && path == "/dev/dma_heap/" + heap_name();
}

int allocate(dma_heap_allocation_data& request) {
  const int memory = memfd_create(("dma-heap-" + heap_name()).c_str(), MFD_CLOEXEC);
  if (memory < 0 || ftruncate(memory, static_cast<off_t>(request.len)) != 0) return -1;
  request.fd = static_cast<uint32_t>(memory);
  return 0;
}

bool is_from_heap(int file_descriptor) {
  char target[64]{};
  const std::string link = "/proc/self/fd/" + std::to_string(file_descriptor);
  return readlink(link.c_str(), target, sizeof target - 1) > 0 && std::strstr(target, "dma-heap-") != nullptr;
}

void log_reader() {
  static const std::string file = setting("PI_LIKE_HEAP_LOG");
  if (file.empty()) return;
  char line[32]{};
  prctl(PR_GET_NAME, line);
  std::strcat(line, "\n");
  const int log = ::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (log < 0 || write(log, line, std::strlen(line)) < 0) abort();
  close(log);
}

int open_path(const char* name, const char* path, int flags, mode_t mode) {
  if (is_heap(path)) return heap = memfd_create("heap", MFD_CLOEXEC);
  return genuine<int(const char*, int, ...)>(name)(path, flags, mode);
}

mode_t mode_of(int flags, va_list arguments) {
  return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(arguments, mode_t) : 0;
}

}  // namespace

extern "C" {

int open(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_path("open", path, flags, mode);
}

int open64(const char* path, int flags, ...) {
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = mode_of(flags, arguments);
  va_end(arguments);
  return open_path("open64", path, flags, mode);
}

int ioctl(int file_descriptor, unsigned long request, ...) noexcept {
  va_list arguments;
  va_start(arguments, request);
  void* argument = va_arg(arguments, void*);
  va_end(arguments);
  if (request == DMA_HEAP_IOCTL_ALLOC && file_descriptor == heap)
    return allocate(*static_cast<dma_heap_allocation_data*>(argument));
  const bool begins =
      request == DMA_BUF_IOCTL_SYNC && (static_cast<dma_buf_sync*>(argument)->flags & DMA_BUF_SYNC_END) == 0;
  if (begins && is_from_heap(file_descriptor)) log_reader();
  return genuine<int(int, unsigned long, ...)>("ioctl")(file_descriptor, request, argument);
}

}  // extern "C"
