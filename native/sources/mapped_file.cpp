#include "sources/mapped_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

namespace pcs {
namespace {

#ifndef MADV_POPULATE_READ
constexpr int MADV_POPULATE_READ = 22;  // Linux 5.14
#endif

size_t file_bytes(int descriptor) {
  struct stat status{};
  return fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) ? static_cast<size_t>(status.st_size) : 0;
}

size_t page_bytes() {
  static const auto bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

}  // namespace

std::unique_ptr<MappedFile> MappedFile::open(const std::string& path) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return nullptr;
  const size_t bytes = file_bytes(descriptor);
  void* data = bytes > 0 ? mmap(nullptr, bytes, PROT_READ, MAP_SHARED, descriptor, 0) : MAP_FAILED;
  if (data == MAP_FAILED) {
    ::close(descriptor);
    return nullptr;
  }
  return std::unique_ptr<MappedFile>(new MappedFile(descriptor, static_cast<const uint8_t*>(data), bytes));
}

MappedFile::~MappedFile() {
  munmap(const_cast<uint8_t*>(data_), bytes_);
  ::close(descriptor_);
}

bool MappedFile::ready(size_t offset, size_t bytes) {
  if (offset > bytes_ || bytes > bytes_ - offset || offset + bytes > file_bytes(descriptor_)) return false;
  if (offset + bytes <= in_memory_bytes_) return true;
  const size_t begin = offset / page_bytes() * page_bytes();
  const int result = madvise(const_cast<uint8_t*>(data_) + begin, offset + bytes - begin, MADV_POPULATE_READ);
  // Older kernels don't know it: there the pages come when they are looked at.
  if (result != 0 && errno != EINVAL) return false;
  if (begin <= in_memory_bytes_) in_memory_bytes_ = offset + bytes;
  return true;
}

void MappedFile::drop(size_t offset, size_t bytes) {
  const size_t begin = (offset + page_bytes() - 1) / page_bytes() * page_bytes();
  const size_t end = (offset + bytes) / page_bytes() * page_bytes();
  if (begin < end) madvise(const_cast<uint8_t*>(data_) + begin, end - begin, MADV_DONTNEED);
  in_memory_bytes_ = 0;
}

}  // namespace pcs
