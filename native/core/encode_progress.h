// How an encoder tells how far a frame has come.
#pragma once

#include <cstddef>

namespace pcs {

class EncodeProgress {
 public:
  // The slot's first `bytes` bytes will not change any more. With the first call they hold at least the whole
  // header, up to and with SOS. Called by the encoder's threads, one after another, until encode() returns.
  // That the frame is complete is not told here.
  virtual void on_bytes_ready(size_t bytes) noexcept = 0;

 protected:
  ~EncodeProgress() = default;
};

}  // namespace pcs
