// A file that is read through its pages in the system's cache, without copying them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

namespace pcs {

// Looking at what lies beyond the end of a file that was cut short, or on a disk that fails, ends the
// process. So nothing is looked at that ready() has not found there just before.
class MappedFile {
 public:
  // Nothing when the file can't be read or is empty.
  static std::unique_ptr<MappedFile> open(const std::string& path);
  ~MappedFile();
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;

  const uint8_t* data() const { return data_; }
  size_t bytes() const { return bytes_; }  // when it was opened

  // Whether these bytes can be read now. Brings them into memory, which is done once for what is kept.
  bool ready(size_t offset, size_t bytes);

  // Takes pages that are not needed any more off the process's account; they stay in the system's cache.
  void drop(size_t offset, size_t bytes);

 private:
  MappedFile(int descriptor, const uint8_t* data, size_t bytes)
      : descriptor_(descriptor), data_(data), bytes_(bytes) {}

  const int descriptor_;
  const uint8_t* const data_;
  const size_t bytes_;
  size_t in_memory_bytes_ = 0;  // from the beginning, as long as nothing was dropped
};

}  // namespace pcs
