// Sends batches of UDP packets at their departure times, from a thread of its own.
#pragma once

#include <array>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>

#include "core/duration_histogram.h"
#include "core/failure.h"
#include "net/packet_batch.h"
#include "net/udp_transmitter.h"

namespace pcs {

class BatchListener {
 public:
  virtual void on_batch_done(uint32_t id) noexcept = 0;  // from the sender's thread; sent or given up

 protected:
  ~BatchListener() = default;
};

class UdpSender {
 public:
  // A camera has at most 64 frames on loan, and a frame that is sent while it is encoded comes in some parts.
  static constexpr uint32_t kMaxQueuedBatches = 512;

  static std::unique_ptr<UdpSender> open(const UdpOptions& options, BatchListener& listener,
                                         Failure& failure);
  ~UdpSender();
  UdpSender(const UdpSender&) = delete;
  UdpSender& operator=(const UdpSender&) = delete;

  enum class Taken {
    kNot,     // the queue is full, or the sender has been closed
    kQueued,  // it leaves later
    kSent,    // it has left, or was given up: the listener does not hear of it
  };

  // Takes a batch. Batches leave in the order in which they came. What is due at once, with nothing before
  // it, is sent right here, as far as that needs no waiting: to wake the thread for it would take longer.
  // From one thread at a time.
  Taken submit(const PacketBatch& batch);

  // Sends what is queued at once, then ends the thread and closes the socket. The listener is not called
  // after it. Idempotent; any one thread at a time.
  void close();

  const UdpTransmitter& transmitter() const { return transmitter_; }

  // How much later than planned bursts left; those that waited in the kernel are not known.
  const DurationHistogram& departure_errors() const { return departure_errors_; }

 private:
  UdpSender(const UdpSocket& socket, BatchListener& listener);

  // Where a batch stands.
  struct Progress {
    uint32_t burst = 0;
    const PacketSlice* packets = nullptr;  // the burst's next one
    uint32_t packets_left = 0;             // of the burst
  };
  struct QueuedBatch {
    PacketBatch batch;
    Progress progress;
  };

  static Progress beginning(const PacketBatch& batch);
  void run();
  // Sends what is due and, if it may wait, what becomes due. True when all of it has been sent or given up.
  bool send(const PacketBatch& batch, Progress& progress, bool may_wait);
  bool is_due(const Burst& burst, bool may_wait);

  UdpTransmitter transmitter_;
  BatchListener& listener_;
  DurationHistogram departure_errors_;
  std::mutex mutex_;
  std::condition_variable submitted_;
  std::condition_variable hurried_;
  std::array<QueuedBatch, kMaxQueuedBatches> queue_{};
  uint32_t head_ = 0;
  uint32_t size_ = 0;
  bool sending_here_ = false;  // submit() uses the transmitter; the queue is empty then
  bool closing_ = false;
  std::thread thread_;
};

}  // namespace pcs
