// Puts packets on the wire, by the best way that the kernel and the route have, and counts what happens.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "net/send_vectors.h"
#include "net/udp_socket.h"

namespace pcs {

struct UdpCounters {
  std::atomic<uint64_t> packets_sent{0};
  std::atomic<uint64_t> bytes_sent{0};       // UDP payload
  std::atomic<uint64_t> packets_dropped{0};  // given up after an error below
  std::atomic<uint64_t> errors_refused{0};   // ICMP port unreachable: nobody listens
  std::atomic<uint64_t> errors_unreachable{0};
  std::atomic<uint64_t> errors_no_buffer{0};
  std::atomic<uint64_t> errors_too_long{0};
  std::atomic<uint64_t> errors_other{0};
  std::atomic<uint64_t> segmentation_lost{0};  // fell back from UDP_SEGMENT to single packets
};

// One thread at a time; counters() from any. No error of the network ends the stream: it is counted, and the
// next packet is tried.
class UdpTransmitter {
 public:
  explicit UdpTransmitter(const UdpSocket& socket);  // takes the descriptor over
  ~UdpTransmitter();
  UdpTransmitter(const UdpTransmitter&) = delete;
  UdpTransmitter& operator=(const UdpTransmitter&) = delete;

  // Sends packets now, or gives them to the kernel with their departure time. Returns how many of them were
  // sent or given up: all, unless the send buffer is full and may_wait is false.
  uint32_t send(const PacketBatch& batch, const PacketSlice* packets, uint32_t packet_count,
                int64_t kernel_departure_us, bool may_wait);

  void close();  // idempotent

  const UdpSocket& socket() const { return socket_; }
  bool uses_segmentation() const { return segmentation_; }  // any thread
  bool uses_kernel_departure_times() const { return socket_.kernel_departure_times; }
  const UdpCounters& counters() const { return counters_; }

 private:
  // What to do after a send that failed.
  enum class Next { kRetry, kRetryWhenWritable, kSkipMessage, kDropRest };

  bool ensure_connected();
  void disconnect();
  uint32_t count_sent(int messages);
  Next handle_error(int error, int& retries);
  bool wait_writable() const;

  UdpSocket socket_;
  std::atomic<bool> segmentation_;
  bool connected_ = false;
  SendVectors vectors_;
  UdpCounters counters_;
};

}  // namespace pcs
