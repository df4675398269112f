#include "sources/libcamera/frame_buffers.h"

#include <fcntl.h>
#include <linux/dma-buf.h>
#include <linux/dma-heap.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace pcs {
namespace {

// The planes of a picture lie one behind the other.
struct PlaneLayout {
  size_t count;
  uint32_t offset[3];  // bytes
  uint32_t stride[3];
  uint32_t bytes[3];
  size_t total_bytes;
};

PlaneLayout plane_layout(const StreamSetup& setup) {
  const bool nv12 = setup.layout == PixelLayout::kNv12;
  const uint32_t chroma_rows = (setup.height + 1) / 2;
  PlaneLayout layout{};
  layout.count = nv12 ? 2 : 3;
  for (size_t i = 0; i < layout.count; ++i) {
    layout.stride[i] = i == 0 || nv12 ? setup.stride : setup.stride / 2;
    layout.bytes[i] = layout.stride[i] * (i == 0 ? setup.height : chroma_rows);
    layout.offset[i] = static_cast<uint32_t>(layout.total_bytes);
    layout.total_bytes += layout.bytes[i];
  }
  return layout;
}

size_t buffer_bytes(const StreamSetup& setup) {
  return std::max<size_t>(setup.frame_bytes, plane_layout(setup).total_bytes);
}

// A memfd is no DMA buffer and answers ENOTTY: it needs no synchronisation.
void synchronise(int file_descriptor, uint64_t flags) {
  dma_buf_sync request{flags};
  while (ioctl(file_descriptor, DMA_BUF_IOCTL_SYNC, &request) != 0 && (errno == EINTR || errno == EAGAIN)) {
  }
}

}  // namespace

std::unique_ptr<FrameBufferSet> FrameBufferSet::make(const std::shared_ptr<libcamera::Camera>& camera,
                                                     const StreamSetup& setup, Failure& failure) {
  std::unique_ptr<FrameBufferSet> set(new FrameBufferSet(setup));
  const bool made = set->make_from_heap("/dev/dma_heap/vidbuf_cached") ||
                    set->make_from_heap("/dev/dma_heap/linux,cma") ||
                    set->make_from_heap("/dev/dma_heap/reserved") || set->make_by_libcamera(camera) ||
                    (is_simulated(*camera) && set->make_from_memfd());
  if (!made) {
    failure.set(
        "ERR_CAMERA_FAILED",
        "no memory for %u frames of %zu bytes for %s: neither /dev/dma_heap nor the camera's driver has any",
        setup.buffer_count, buffer_bytes(setup), camera->id().c_str());
    return nullptr;
  }
  if (!set->map_all(failure)) return nullptr;
  set->is_read_ = std::vector<std::atomic<bool>>(set->size());
  return set;
}

FrameBufferSet::~FrameBufferSet() {
  for (const auto& buffer : buffers_)
    for (const auto& mapping : buffer.mappings) munmap(mapping.address, mapping.bytes);
}

void FrameBufferSet::reset_status(size_t index) const {
  auto& metadata = const_cast<libcamera::FrameMetadata&>(buffers_[index].buffer->metadata());
  metadata.status = libcamera::FrameMetadata::FrameSuccess;
}

void FrameBufferSet::begin_read(size_t index) {
  is_read_[index] = true;
  for (const auto& mapping : buffers_[index].mappings)
    synchronise(mapping.file_descriptor, DMA_BUF_SYNC_START | DMA_BUF_SYNC_READ);
}

void FrameBufferSet::end_read(size_t index) {
  if (!is_read_[index].exchange(false)) return;
  for (const auto& mapping : buffers_[index].mappings)
    synchronise(mapping.file_descriptor, DMA_BUF_SYNC_END | DMA_BUF_SYNC_READ);
}

bool FrameBufferSet::make_from_heap(const char* path) {
  const int heap = open(path, O_RDWR | O_CLOEXEC);
  if (heap < 0) return false;
  while (owned_.size() < setup_.buffer_count) {
    dma_heap_allocation_data request{};
    request.len = buffer_bytes(setup_);
    request.fd_flags = O_RDWR | O_CLOEXEC;
    if (ioctl(heap, DMA_HEAP_IOCTL_ALLOC, &request) != 0) break;
    adopt(static_cast<int>(request.fd));
  }
  close(heap);
  if (owned_.size() == setup_.buffer_count) return true;
  buffers_.clear();
  owned_.clear();
  return false;
}

bool FrameBufferSet::make_from_memfd() {
  while (owned_.size() < setup_.buffer_count) {
    const int file_descriptor = memfd_create("camera-frame", MFD_CLOEXEC);
    if (file_descriptor < 0) return false;
    if (ftruncate(file_descriptor, static_cast<off_t>(buffer_bytes(setup_))) != 0) {
      close(file_descriptor);
      return false;
    }
    adopt(file_descriptor);
  }
  return true;
}

bool FrameBufferSet::make_by_libcamera(const std::shared_ptr<libcamera::Camera>& camera) {
  allocator_ = std::make_unique<libcamera::FrameBufferAllocator>(camera);
  if (allocator_->allocate(setup_.stream) <= 0) {
    allocator_.reset();
    return false;
  }
  for (const auto& buffer : allocator_->buffers(setup_.stream)) buffers_.push_back({buffer.get(), {}, {}});
  return true;
}

// Takes the file descriptor over.
void FrameBufferSet::adopt(int file_descriptor) {
  const libcamera::SharedFD shared(std::move(file_descriptor));
  const PlaneLayout layout = plane_layout(setup_);
  std::vector<libcamera::FrameBuffer::Plane> planes(layout.count);
  for (size_t i = 0; i < layout.count; ++i) {
    planes[i].fd = shared;
    planes[i].offset = layout.offset[i];
    planes[i].length = layout.bytes[i];
  }
  owned_.push_back(std::make_unique<libcamera::FrameBuffer>(planes));
  buffers_.push_back({owned_.back().get(), {}, {}});
}

bool FrameBufferSet::map_all(Failure& failure) {
  return std::all_of(buffers_.begin(), buffers_.end(), [&](Buffer& buffer) { return map(buffer, failure); });
}

bool FrameBufferSet::map(Buffer& buffer, Failure& failure) {
  const PlaneLayout layout = plane_layout(setup_);
  const auto& planes = buffer.buffer->planes();
  if (planes.size() != layout.count) {
    failure.set("ERR_CAMERA_FAILED", "the camera's driver made buffers of %zu planes where %zu are expected",
                planes.size(), layout.count);
    return false;
  }
  for (size_t i = 0; i < layout.count; ++i) {
    const int file_descriptor = planes[i].fd.get();
    auto mapping = std::find_if(buffer.mappings.begin(), buffer.mappings.end(),
                                [&](const Mapping& each) { return each.file_descriptor == file_descriptor; });
    if (mapping == buffer.mappings.end()) {
      size_t bytes = 0;
      for (const auto& plane : planes)
        if (plane.fd.get() == file_descriptor) bytes = std::max<size_t>(bytes, plane.offset + plane.length);
      void* address = mmap(nullptr, bytes, PROT_READ, MAP_SHARED, file_descriptor, 0);
      if (address == MAP_FAILED) {
        failure.set("ERR_CAMERA_FAILED", "the camera's buffers cannot be mapped: %s", strerror(errno));
        return false;
      }
      mapping = buffer.mappings.insert(mapping, {address, bytes, file_descriptor});
    }
    if (planes[i].offset + layout.bytes[i] > mapping->bytes) {
      failure.set("ERR_CAMERA_FAILED", "the camera's buffers are too small: %zu bytes", mapping->bytes);
      return false;
    }
    buffer.planes[i] = {static_cast<const uint8_t*>(mapping->address) + planes[i].offset, layout.stride[i]};
  }
  return true;
}

}  // namespace pcs
