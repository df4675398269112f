#include "net/send_vectors.h"

#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <netinet/udp.h>

#include <algorithm>
#include <cstring>

namespace pcs {
namespace {

// What an IPv4 datagram carries at most.
constexpr uint32_t kMaxMessageBytes = 65535 - 20 - 8;

// How many of the packets UDP_SEGMENT can cut from one message: all of one length, but for the last, which
// may be shorter.
uint32_t segments(const PacketSlice* packets, uint32_t count) {
  const uint32_t segment_bytes = packets[0].bytes();
  uint32_t total_bytes = segment_bytes;
  uint32_t n = 1;
  while (n < count) {
    const uint32_t bytes = packets[n].bytes();
    total_bytes += bytes;
    if (bytes > segment_bytes || total_bytes > kMaxMessageBytes) break;
    ++n;
    if (bytes < segment_bytes) break;
  }
  return n;
}

template <typename Value>
cmsghdr* add_control(msghdr& header, cmsghdr* previous, int level, int type, Value value) {
  header.msg_controllen += CMSG_SPACE(sizeof value);
  cmsghdr* control = previous ? CMSG_NXTHDR(&header, previous) : CMSG_FIRSTHDR(&header);
  control->cmsg_level = level;
  control->cmsg_type = type;
  control->cmsg_len = CMSG_LEN(sizeof value);
  std::memcpy(CMSG_DATA(control), &value, sizeof value);
  return control;
}

}  // namespace

void SendVectors::fill(const PacketBatch& batch, const PacketSlice* packets, uint32_t packet_count, How how) {
  const uint32_t count = std::min(kMaxPackets, packet_count);
  for (uint32_t i = 0; i < count; ++i) {
    const PacketSlice& packet = packets[i];
    slices_[2 * i] = {const_cast<uint8_t*>(batch.headers + packet.header_offset), packet.header_bytes};
    slices_[2 * i + 1] = {const_cast<uint8_t*>(batch.payload + packet.payload_offset), packet.payload_bytes};
  }
  message_count_ = 0;
  for (uint32_t first = 0; first < count;) {
    const uint32_t n = how.segmentation ? segments(packets + first, count - first) : 1;
    messages_[message_count_] = {};
    messages_[message_count_].msg_hdr.msg_iov = &slices_[2 * first];
    add_message(packets + first, n, how);
    first += n;
  }
}

void SendVectors::add_message(const PacketSlice* packets, uint32_t packet_count, How how) {
  msghdr& header = messages_[message_count_].msg_hdr;
  header.msg_iovlen = 2 * packet_count;
  Control& memory = controls_[message_count_];
  packets_in_[message_count_++] = packet_count;
  if (packet_count == 1 && how.departure_ns == 0) return;
  memory = {};  // CMSG_NXTHDR looks at the length of a header that is not written yet
  header.msg_control = memory.bytes.data();
  cmsghdr* control = nullptr;
  if (packet_count > 1) {
    control = add_control(header, control, SOL_UDP, UDP_SEGMENT, static_cast<uint16_t>(packets[0].bytes()));
  }
  if (how.departure_ns != 0) {
    add_control(header, control, SOL_SOCKET, SCM_TXTIME, static_cast<uint64_t>(how.departure_ns));
  }
}

}  // namespace pcs
