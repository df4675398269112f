#include "sources/regular_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>
#include <utility>

namespace pcs {
namespace {

// Unlike strerror() it may be called by several threads at a time.
std::string error_text(int error) {
  return std::generic_category().message(error);
}

const char* kind_of(mode_t mode) {
  if (S_ISDIR(mode)) return "a folder";
  return S_ISFIFO(mode) ? "a pipe" : "a device";
}

}  // namespace

std::unique_ptr<RegularFile> RegularFile::open(const std::string& path, Failure& failure) {
  const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  struct stat status{};
  if (descriptor < 0 || fstat(descriptor, &status) != 0) {
    failure.set("ERR_FILE_NOT_FOUND", "%s: cannot be read: %s", path.c_str(), error_text(errno).c_str());
    if (descriptor >= 0) ::close(descriptor);
    return nullptr;
  }
  if (!S_ISREG(status.st_mode)) {
    failure.set("ERR_FILE_FORMAT", "%s: is %s, not a file", path.c_str(), kind_of(status.st_mode));
    ::close(descriptor);
    return nullptr;
  }
  return std::unique_ptr<RegularFile>(new RegularFile(path, descriptor, static_cast<size_t>(status.st_size)));
}

RegularFile::RegularFile(std::string path, int descriptor, size_t bytes)
    : path_(std::move(path)), descriptor_(descriptor), bytes_(bytes) {}

RegularFile::~RegularFile() {
  ::close(descriptor_);
}

std::optional<size_t> RegularFile::read(size_t offset, uint8_t* memory, size_t bytes,
                                        Failure& failure) const {
  size_t done = 0;
  while (done < bytes) {
    const ssize_t count = pread(descriptor_, memory + done, bytes - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) {
      failure.set("ERR_FILE_FORMAT", "%s: can no longer be read: %s", path_.c_str(),
                  error_text(errno).c_str());
      return std::nullopt;
    }
    if (count == 0) break;
    done += static_cast<size_t>(count);
  }
  return done;
}

}  // namespace pcs
