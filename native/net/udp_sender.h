// Sends batches of UDP packets, header and payload gathered, from a thread of its own.
#pragma once

#include <netinet/in.h>

#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "core/failure.h"

namespace pcs {

struct UdpOptions {
  std::string remote_address;  // numeric, IPv4 or IPv6 (with %zone where the scope needs one)
  uint16_t remote_port = 0;
  uint16_t local_port = 0;  // 0: any
  int dscp = 0;             // 0..63, RFC 2474
};

// Where one packet's bytes lie. Four 32-bit numbers, as TypeScript writes them into a Uint32Array.
struct PacketSlice {
  uint32_t header_offset;
  uint32_t header_bytes;
  uint32_t payload_offset;
  uint32_t payload_bytes;
};

// The memory stays the submitter's, valid and unchanged until the listener hears of the batch.
struct PacketBatch {
  uint32_t id;
  const uint8_t* headers;
  const uint8_t* payload;
  const PacketSlice* packets;
  uint32_t packet_count;
};

struct UdpCounters {
  uint64_t packets_sent;
  uint64_t bytes_sent;       // UDP payload
  uint64_t packets_dropped;  // given up after an error below
  uint64_t errors_refused;   // ICMP port unreachable: nobody listens
  uint64_t errors_unreachable;
  uint64_t errors_no_buffer;
  uint64_t errors_too_long;
  uint64_t errors_other;
};

class BatchListener {
 public:
  virtual void on_batch_done(uint32_t id) noexcept = 0;  // from the sender's thread; sent or given up

 protected:
  ~BatchListener() = default;
};

// No error of the network ends the stream: it is counted, and the next packet is tried.
class UdpSender {
 public:
  static constexpr uint32_t kMaxQueuedBatches = 64;  // as many as a camera can have frames on loan

  static std::unique_ptr<UdpSender> open(const UdpOptions& options, BatchListener& listener,
                                         Failure& failure);
  ~UdpSender();
  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;

  // False when the queue is full: the batch is not taken. Any thread.
  bool submit(const PacketBatch& batch);

  // Sends what is queued, then ends the thread and closes the socket. The listener is not called after it.
  // Idempotent; any one thread at a time.
  void close();

  uint16_t local_port() const { return local_port_; }
  UdpCounters counters() const;  // any thread

 private:
  UdpSender(int descriptor, const sockaddr_in6& remote, socklen_t remote_bytes, BatchListener& listener);

  void run();
  bool ensure_connected();
  void send_batch(const PacketBatch& batch);
  // What to do after a send that failed with errno.
  enum class Next { kRetry, kSkipPacket, kDropRest };
  Next handle_error(int error, int& retries);
  bool wait_writable() const;

  int descriptor_;  // -1 once closed
  const uint16_t local_port_;
  const sockaddr_in6 remote_;  // or a sockaddr_in in the same memory
  const socklen_t remote_bytes_;
  BatchListener& listener_;
  bool connected_ = false;
  mutable std::mutex mutex_;
  std::condition_variable submitted_;
  std::array<PacketBatch, kMaxQueuedBatches> queue_{};
  uint32_t head_ = 0;
  uint32_t size_ = 0;
  bool closing_ = false;
  UdpCounters counters_{};
  std::thread thread_;
};

}  // namespace pcs
