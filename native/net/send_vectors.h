// The kernel's view of packets: what one sendmmsg call takes.
#pragma once

#include <sys/socket.h>

#include <array>
#include <cstdint>

#include "net/packet_batch.h"

namespace pcs {

// Gathers packets into messages: one packet each, or, with segmentation, as many as UDP_SEGMENT lets the
// kernel cut from one message, which costs one way through the network stack instead of one for each packet.
class SendVectors {
 public:
  static constexpr uint32_t kMaxPackets = 64;  // also the most that UDP_SEGMENT makes of one message

  struct How {
    bool segmentation;
    int64_t departure_ns;  // for SO_TXTIME, CLOCK_MONOTONIC; 0: none
  };

  // Fills messages() with as many of the packets as fit, at least one.
  void fill(const PacketBatch& batch, const PacketSlice* packets, uint32_t packet_count, How how);

  mmsghdr* messages() { return messages_.data(); }
  uint32_t message_count() const { return message_count_; }
  uint32_t packets_in(uint32_t message) const { return packets_in_[message]; }

 private:
  struct alignas(cmsghdr) Control {
    std::array<uint8_t, CMSG_SPACE(sizeof(uint16_t)) + CMSG_SPACE(sizeof(uint64_t))> bytes;
  };

  void add_message(const PacketSlice* packets, uint32_t packet_count, How how);

  std::array<iovec, 2 * kMaxPackets> slices_;
  std::array<mmsghdr, kMaxPackets> messages_;
  std::array<Control, kMaxPackets> controls_;
  std::array<uint32_t, kMaxPackets> packets_in_;
  uint32_t message_count_ = 0;
};

}  // namespace pcs
