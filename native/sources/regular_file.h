// A file that is read piece by piece, whatever happens to it meanwhile.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "core/failure.h"

namespace pcs {

// Files are not mapped: touching a mapped page beyond the end of a file that was cut short, or on a disk that
// fails, ends the process by SIGBUS. Here both are a short read or a failure.
class RegularFile {
 public:
  // Does not wait for a writer, as opening a FIFO otherwise does. Nothing when the file cannot be opened
  // (ERR_FILE_NOT_FOUND) or is a folder, a pipe or a device (ERR_FILE_FORMAT).
  static std::unique_ptr<RegularFile> open(const std::string& path, Failure& failure);
  ~RegularFile();
  RegularFile(const RegularFile&) = delete;
  RegularFile& operator=(const RegularFile&) = delete;

  size_t bytes() const { return bytes_; }  // when it was opened

  // Reads into memory. Returns how many bytes there were: fewer than asked for only at the end of the file.
  // Nothing with ERR_FILE_FORMAT when the disk fails.
  std::optional<size_t> read(size_t offset, uint8_t* memory, size_t bytes, Failure& failure) const;

 private:
  RegularFile(std::string path, int descriptor, size_t bytes);

  const std::string path_;
  const int descriptor_;
  const size_t bytes_;
};

}  // namespace pcs
