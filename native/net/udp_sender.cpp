#include "net/udp_sender.h"

#include <sys/prctl.h>

#include "core/clock.h"
#include "core/thread_name.h"
#include "core/thread_priority.h"

namespace pcs {

std::unique_ptr<UdpSender> UdpSender::open(const UdpOptions& options, BatchListener& listener,
                                           Failure& failure) {
  UdpSocket socket;
  if (!UdpSocket::open(options, socket, failure)) return nullptr;
  return std::unique_ptr<UdpSender>(new UdpSender(socket, listener));
}

UdpSender::UdpSender(const UdpSocket& socket, BatchListener& listener)
    : transmitter_(socket), listener_(listener) {
  thread_ = std::thread([this] { run(); });
}

UdpSender::~UdpSender() {
  close();
}

UdpSender::Progress UdpSender::beginning(const PacketBatch& batch) {
  return {0, batch.packets, batch.burst_count > 0 ? static_cast<uint32_t>(batch.bursts[0].packet_count) : 0};
}

UdpSender::Taken UdpSender::submit(const PacketBatch& batch) {
  QueuedBatch queued{batch, beginning(batch)};
  std::unique_lock lock(mutex_);
  if (closing_ || size_ == kMaxQueuedBatches) return Taken::kNot;
  if (size_ == 0 && !sending_here_) {
    sending_here_ = true;
    lock.unlock();
    const bool done = send(batch, queued.progress, false);
    lock.lock();
    sending_here_ = false;
    if (closing_) submitted_.notify_one();
    if (done) return Taken::kSent;
  }
  queue_[(head_ + size_) % kMaxQueuedBatches] = queued;
  ++size_;
  lock.unlock();  // or who wakes up would wait again
  submitted_.notify_one();
  return Taken::kQueued;
}

void UdpSender::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    submitted_.notify_one();
    hurried_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  transmitter_.close();
}

void UdpSender::run() {
  name_this_thread("rtp-sender");
  become_punctual_thread();
  prctl(PR_SET_TIMERSLACK, 1);  // nanosecond; else the kernel may wake this thread 50 us late to save power
  for (;;) {
    QueuedBatch queued{};
    {
      std::unique_lock lock(mutex_);
      submitted_.wait(lock, [this] { return size_ > 0 || (closing_ && !sending_here_); });
      if (size_ == 0) return;
      queued = queue_[head_];
    }
    send(queued.batch, queued.progress, true);
    {
      const std::lock_guard lock(mutex_);
      head_ = (head_ + 1) % kMaxQueuedBatches;
      --size_;
    }
    if (queued.batch.is_reported) listener_.on_batch_done(queued.batch.id);
  }
}

bool UdpSender::send(const PacketBatch& batch, Progress& progress, bool may_wait) {
  while (progress.burst < batch.burst_count) {
    const Burst& burst = batch.bursts[progress.burst];
    const bool kernel_waits = transmitter_.uses_kernel_departure_times() && transmitter_.uses_segmentation();
    const bool begun = progress.packets_left < static_cast<uint32_t>(burst.packet_count);
    if (!kernel_waits && !begun && !is_due(burst, may_wait)) return false;
    const auto kernel_departure_us = kernel_waits ? static_cast<int64_t>(burst.departure_us) : 0;
    const uint32_t done =
        transmitter_.send(batch, progress.packets, progress.packets_left, kernel_departure_us, may_wait);
    progress.packets += done;
    progress.packets_left -= done;
    if (progress.packets_left > 0) return false;
    if (++progress.burst < batch.burst_count)
      progress.packets_left = static_cast<uint32_t>(batch.bursts[progress.burst].packet_count);
  }
  return true;
}

// Whether a burst's time has come; waits for it, unless it may not.
bool UdpSender::is_due(const Burst& burst, bool may_wait) {
  const auto departure_us = static_cast<int64_t>(burst.departure_us);
  if (departure_us == 0) return true;
  if (!may_wait && monotonic_us() < departure_us) return false;
  if (may_wait) {
    std::unique_lock lock(mutex_);
    hurried_.wait_until(lock, monotonic_time_point(departure_us), [this] { return closing_; });
  }
  departure_errors_.add(monotonic_us() - departure_us);
  return true;
}

}  // namespace pcs
