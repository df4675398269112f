// Packets as TypeScript hands them over: headers, slices of the frame, and when each burst is to leave.
#pragma once

#include <cstdint>

namespace pcs {

// Where one packet's bytes lie. Four 32-bit numbers, as TypeScript writes them into a Uint32Array.
struct PacketSlice {
  uint32_t header_offset;
  uint32_t header_bytes;
  uint32_t payload_offset;
  uint32_t payload_bytes;

  uint32_t bytes() const { return header_bytes + payload_bytes; }
};

// Packets that leave together. Two numbers, as TypeScript writes them into a Float64Array.
struct Burst {
  double packet_count;
  double departure_us;  // CLOCK_MONOTONIC; 0: at once
};

// The memory stays the submitter's, valid and unchanged until the listener hears of this batch or, where
// is_reported is false, of a later one.
struct PacketBatch {
  uint32_t id;
  bool is_reported;  // whether the listener hears of it
  const uint8_t* headers;
  const uint8_t* payload;
  const PacketSlice* packets;
  const Burst* bursts;  // their packets, in order, are all of the batch
  uint32_t burst_count;
};

}  // namespace pcs
