// The memory that the camera writes into and the encoder reads from.
#pragma once

#include <libcamera/camera.h>
#include <libcamera/framebuffer.h>
#include <libcamera/framebuffer_allocator.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <vector>

#include "core/failure.h"
#include "core/raw_frame.h"
#include "sources/libcamera/stream_setup.h"

namespace pcs {

// Made once for a configured camera, mapped once. Must go before the camera is released.
//
// In order of preference:
// 1. /dev/dma_heap/vidbuf_cached, linux,cma or reserved, which is what newer kernels call that one: memory
// that a
//    Raspberry Pi's camera can write and that the CPU reads through its cache. What its driver allocates is
//    not cached; encoding from it takes several times as long.
// 2. libcamera's allocator: on other machines, what the driver likes best. For simulated cameras it makes
//    udmabuf buffers, where the system has them. Not udmabuf directly: memory in scattered pages is no use to
//    hardware without an IOMMU.
// 3. A memfd, for simulated cameras where there is nothing else.
class FrameBufferSet {
 public:
  static std::unique_ptr<FrameBufferSet> make(const std::shared_ptr<libcamera::Camera>& camera,
                                              const StreamSetup& setup, Failure& failure);
  ~FrameBufferSet();
  FrameBufferSet(const FrameBufferSet&) = delete;
  FrameBufferSet& operator=(const FrameBufferSet&) = delete;

  size_t size() const { return buffers_.size(); }
  libcamera::FrameBuffer* buffer(size_t index) const { return buffers_[index].buffer; }
  const Plane* planes(size_t index) const { return buffers_[index].planes; }  // three of them

  // Before each filling. libcamera leaves the status of a new buffer undefined, and the virtual pipeline of
  // 0.4 does not set it either.
  void reset_status(size_t index) const;

  // Around the reading of a filled buffer: lets the CPU's cache know what the camera wrote. The system call
  // takes time, so it is done by who reads. Several may begin; the end comes after all of them, and does
  // nothing where nobody has begun. Any thread.
  void begin_read(size_t index);
  void end_read(size_t index);

 private:
  struct Mapping {
    void* address;
    size_t bytes;
    int file_descriptor;
  };
  struct Buffer {
    libcamera::FrameBuffer* buffer;
    std::vector<Mapping> mappings;  // one for each file descriptor
    Plane planes[3];
  };

  explicit FrameBufferSet(const StreamSetup& setup) : setup_(setup) {}
  bool make_from_heap(const char* path);
  bool make_from_memfd();
  bool make_by_libcamera(const std::shared_ptr<libcamera::Camera>& camera);
  void adopt(int file_descriptor);
  bool map_all(Failure& failure);
  bool map(Buffer& buffer, Failure& failure);

  StreamSetup setup_;
  std::unique_ptr<libcamera::FrameBufferAllocator> allocator_;  // owns the buffers of libcamera's allocator
  std::vector<std::unique_ptr<libcamera::FrameBuffer>> owned_;  // those from elsewhere
  std::vector<Buffer> buffers_;
  std::vector<std::atomic<bool>> is_read_;  // by buffer
};

}  // namespace pcs
