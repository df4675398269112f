// The JavaScript memory that a session writes frames into.
#pragma once

#include <napi.h>

#include <cstdint>
#include <vector>

#include "core/frame_pool.h"

namespace pcs {

inline FrameSlot slot_in(Napi::ArrayBuffer buffer) {
  return {static_cast<uint8_t*>(buffer.Data()), buffer.ByteLength()};
}

// Keeps ArrayBuffers alive. JavaScript thread.
class SlotMemory {
 public:
  // The slots that lie in these ArrayBuffers.
  std::vector<FrameSlot> keep(const Napi::Array& buffers) {
    std::vector<FrameSlot> slots;
    for (uint32_t i = 0; i < buffers.Length(); ++i) {
      const auto buffer = buffers.Get(i).As<Napi::ArrayBuffer>();
      kept_.push_back(Napi::Reference<Napi::ArrayBuffer>::New(buffer, 1));
      slots.push_back(slot_in(buffer));
    }
    return slots;
  }

  // Lets go of the one that was there.
  void replace(uint32_t slot, Napi::ArrayBuffer buffer) {
    kept_[slot] = Napi::Reference<Napi::ArrayBuffer>::New(buffer, 1);
  }

 private:
  std::vector<Napi::Reference<Napi::ArrayBuffer>> kept_;
};

}  // namespace pcs
