// How one addon hands a FrameSource to another: a C struct with a version.
//
// The camera addon (one build per libcamera SONAME) makes sources, the core addon runs them. They may come
// from different compilers, so no C++ class, exception or container crosses.
#pragma once

#include <cstdint>
#include <memory>

#include "core/frame_source.h"

namespace pcs {

// Raised whenever anything in raw_frame.h, frame_source.h, failure.h or this file changes its layout.
inline constexpr uint32_t kSourceAbiVersion = 1;

struct SinkAbi {
  void* self;
  void (*on_frame)(void* self, const RawFrame* frame);
  void (*on_event)(void* self, SourceEvent event, const Failure* failure);
};

struct SourceAbi {
  uint32_t version;  // first, so that any version can be recognised
  void* self;
  void (*info)(void* self, SourceInfo* out);
  bool (*start)(void* self, SinkAbi sink, Failure* failure);
  void (*stop)(void* self);
  void (*counters)(void* self, SourceCounters* out);
  void (*destroy)(void* self);
};

// Gives a source away. Whoever ends up with the struct calls destroy(self) once.
SourceAbi export_source(std::unique_ptr<FrameSource> source);

// Takes a source over. The struct must not be used again.
std::unique_ptr<FrameSource> import_source(const SourceAbi& abi);

}  // namespace pcs
