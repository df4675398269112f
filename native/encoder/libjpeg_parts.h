// What libjpeg leaves to its user: the way out of errors, and memory to write into.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdint>
#include <cstdio>  // jpeglib.h needs it

extern "C" {
#include <jpeglib.h>
}

#include "core/frame_pool.h"

namespace pcs {

// Errors jump to escape, where setjmp() must have been called; no object with a destructor may live in a
// frame that the jump leaves. Warnings are passed over. Stays where it is.
struct LibjpegErrors {
  LibjpegErrors();
  LibjpegErrors(const LibjpegErrors&) = delete;
  LibjpegErrors& operator=(const LibjpegErrors&) = delete;

  jpeg_error_mgr manager;  // first: libjpeg hands back a pointer to it
  jmp_buf escape;
  char message[JMSG_LENGTH_MAX];
};

// An error_exit: jumps to LibjpegErrors::escape with the message.
[[noreturn]] void escape_on_error(j_common_ptr common);

// Memory that does not grow: what does not fit is an error. Stays where it is.
struct LibjpegDestination {
  LibjpegDestination();
  LibjpegDestination(const LibjpegDestination&) = delete;
  LibjpegDestination& operator=(const LibjpegDestination&) = delete;

  size_t bytes_written() const { return out.capacity_bytes - manager.free_in_buffer; }

  jpeg_destination_mgr manager;  // first, as above
  FrameSlot out{};               // to be set before each picture
};

}  // namespace pcs
