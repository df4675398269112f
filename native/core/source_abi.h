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
inline constexpr uint32_t kSourceAbiVersion = 3;

struct SinkAbi {
  void* self;
  void (*on_frame)(void* self, const RawFrame* frame);
  void (*on_event)(void* self, SourceEvent event, const Failure* failure);
};

// A ControlSetting, by reference.
struct ControlAbi {
  enum class Kind : uint32_t { kBool, kNumber, kText, kNumbers };

  const char* name;
  Kind kind;
  const double* numbers;  // of a bool 0 or 1; none of a text
  uint32_t number_count;
  const char* text;  // null but for kText
};

struct SourceAbi {
  uint32_t version;  // first, so that any version can be recognised
  void* self;
  void (*info)(void* self, SourceInfo* out);
  bool (*start)(void* self, SinkAbi sink, Failure* failure);
  void (*stop)(void* self);
  bool (*set_controls)(void* self, const ControlAbi* controls, uint32_t count, Failure* failure);
  void (*counters)(void* self, SourceCounters* out);
  void (*destroy)(void* self);
};

// Gives a source away. Whoever ends up with the struct calls destroy(self) once.
SourceAbi export_source(std::unique_ptr<FrameSource> source);

// Takes a source over. The struct must not be used again.
std::unique_ptr<FrameSource> import_source(const SourceAbi& abi);

}  // namespace pcs
