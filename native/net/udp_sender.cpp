#include "net/udp_sender.h"

#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace pcs {
namespace {

constexpr uint32_t kPacketsPerCall = 64;
constexpr int kSendBufferBytes = 1 << 20;
// A full send buffer empties within milliseconds; a batch that waits longer than this is given up.
constexpr int kMaxWaitMs = 100;
constexpr int kMaxRetries = 3;

// The wire's headers and payload of up to kPacketsPerCall packets, as the kernel wants them.
struct SendVectors {
  std::array<iovec, 2 * kPacketsPerCall> slices;
  std::array<mmsghdr, kPacketsPerCall> messages;

  uint32_t fill(const PacketBatch& batch, uint32_t first) {
    const uint32_t count = std::min(kPacketsPerCall, batch.packet_count - first);
    for (uint32_t i = 0; i < count; ++i) {
      const PacketSlice& packet = batch.packets[first + i];
      slices[2 * i] = {const_cast<uint8_t*>(batch.headers + packet.header_offset), packet.header_bytes};
      slices[2 * i + 1] = {const_cast<uint8_t*>(batch.payload + packet.payload_offset), packet.payload_bytes};
      messages[i] = {};
      messages[i].msg_hdr.msg_iov = &slices[2 * i];
      messages[i].msg_hdr.msg_iovlen = 2;
    }
    return count;
  }
};

bool resolve_numeric(const UdpOptions& options, sockaddr_in6& address, socklen_t& bytes, Failure& failure) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  const std::string port = std::to_string(options.remote_port);
  if (const int error = getaddrinfo(options.remote_address.c_str(), port.c_str(), &hints, &found);
      error != 0) {
    failure.set("ERR_HOST_NOT_FOUND", "%s is not an IP address: %s", options.remote_address.c_str(),
                gai_strerror(error));
    return false;
  }
  bytes = found->ai_addrlen;
  std::memcpy(&address, found->ai_addr, bytes);
  freeaddrinfo(found);
  return true;
}

bool set_up(int descriptor, int family, const UdpOptions& options) {
  // A short buffer is no reason to fail: the kernel grants what it allows.
  setsockopt(descriptor, SOL_SOCKET, SO_SNDBUF, &kSendBufferBytes, sizeof kSendBufferBytes);
  const int traffic_class = options.dscp << 2;  // RFC 2474 section 3: the upper six bits
  const bool marked =
      family == AF_INET
          ? setsockopt(descriptor, IPPROTO_IP, IP_TOS, &traffic_class, sizeof traffic_class) == 0
          : setsockopt(descriptor, IPPROTO_IPV6, IPV6_TCLASS, &traffic_class, sizeof traffic_class) == 0;
  if (!marked) return false;
  sockaddr_in6 local{};
  local.sin6_family = static_cast<sa_family_t>(family);
  local.sin6_port = htons(options.local_port);  // sockaddr_in has its port in the same place
  return bind(descriptor, reinterpret_cast<const sockaddr*>(&local),
              family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6)) == 0;
}

uint16_t bound_port(int descriptor) {
  sockaddr_in6 local{};  // a sockaddr_in has its port in the same place
  socklen_t bytes = sizeof local;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &bytes);
  return ntohs(local.sin6_port);
}

}  // namespace

std::unique_ptr<UdpSender> UdpSender::open(const UdpOptions& options, BatchListener& listener,
                                           Failure& failure) {
  sockaddr_in6 remote{};
  socklen_t remote_bytes = 0;
  if (!resolve_numeric(options, remote, remote_bytes, failure)) return nullptr;
  const int descriptor = socket(remote.sin6_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0 || !set_up(descriptor, remote.sin6_family, options)) {
    failure.set("ERR_SOCKET", "no UDP socket on local port %u for %s port %u: %s", options.local_port,
                options.remote_address.c_str(), options.remote_port, std::strerror(errno));
    if (descriptor >= 0) ::close(descriptor);
    return nullptr;
  }
  return std::unique_ptr<UdpSender>(new UdpSender(descriptor, remote, remote_bytes, listener));
}

UdpSender::UdpSender(int descriptor, const sockaddr_in6& remote, socklen_t remote_bytes,
                     BatchListener& listener)
    : descriptor_(descriptor),
      local_port_(bound_port(descriptor)),
      remote_(remote),
      remote_bytes_(remote_bytes),
      listener_(listener) {
  thread_ = std::thread([this] { run(); });
}

UdpSender::~UdpSender() {
  close();
}

bool UdpSender::submit(const PacketBatch& batch) {
  const std::lock_guard lock(mutex_);
  if (closing_ || size_ == kMaxQueuedBatches) return false;
  queue_[(head_ + size_) % kMaxQueuedBatches] = batch;
  ++size_;
  submitted_.notify_one();
  return true;
}

void UdpSender::close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    submitted_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
  if (descriptor_ >= 0) ::close(descriptor_);
  descriptor_ = -1;
}

UdpCounters UdpSender::counters() const {
  const std::lock_guard lock(mutex_);
  return counters_;
}

void UdpSender::run() {
  for (;;) {
    PacketBatch batch{};
    {
      std::unique_lock lock(mutex_);
      submitted_.wait(lock, [this] { return size_ > 0 || closing_; });
      if (size_ == 0) return;
      batch = queue_[head_];
    }
    send_batch(batch);
    {
      const std::lock_guard lock(mutex_);
      head_ = (head_ + 1) % kMaxQueuedBatches;
      --size_;
    }
    listener_.on_batch_done(batch.id);
  }
}

// Connected, so that the kernel looks the route up once and reports a receiver that is not there. Done late
// and again, because routes come and go.
bool UdpSender::ensure_connected() {
  if (connected_) return true;
  connected_ = connect(descriptor_, reinterpret_cast<const sockaddr*>(&remote_), remote_bytes_) == 0;
  return connected_;
}

void UdpSender::send_batch(const PacketBatch& batch) {
  SendVectors vectors;
  uint32_t next = 0;
  int retries = 0;
  while (next < batch.packet_count) {
    const uint32_t count = vectors.fill(batch, next);
    const int sent = ensure_connected() ? sendmmsg(descriptor_, vectors.messages.data(), count, 0) : -1;
    if (sent > 0) {
      const std::lock_guard lock(mutex_);
      for (int i = 0; i < sent; ++i) counters_.bytes_sent += vectors.messages[static_cast<size_t>(i)].msg_len;
      counters_.packets_sent += static_cast<uint64_t>(sent);
      next += static_cast<uint32_t>(sent);
      retries = 0;
      continue;
    }
    const Next action = handle_error(errno, retries);
    if (action == Next::kRetry) continue;
    const uint32_t given_up = action == Next::kSkipPacket ? 1 : batch.packet_count - next;
    next += given_up;
    retries = 0;
    const std::lock_guard lock(mutex_);
    counters_.packets_dropped += given_up;
  }
}

UdpSender::Next UdpSender::handle_error(int error, int& retries) {
  const auto count = [this](uint64_t UdpCounters::* counter) {
    const std::lock_guard lock(mutex_);
    ++(counters_.*counter);
  };
  switch (error) {
    case EINTR:
      return Next::kRetry;
    case EAGAIN:
    case ENOBUFS:
      count(&UdpCounters::errors_no_buffer);
      return ++retries <= kMaxRetries && wait_writable() ? Next::kRetry : Next::kDropRest;
    case ECONNREFUSED:
      // The answer to an earlier packet: this one has not been tried yet.
      count(&UdpCounters::errors_refused);
      return ++retries <= kMaxRetries ? Next::kRetry : Next::kSkipPacket;
    case EMSGSIZE:
      count(&UdpCounters::errors_too_long);
      return Next::kSkipPacket;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
      count(&UdpCounters::errors_unreachable);
      connected_ = false;  // the route and our own address may be others next time
      return Next::kDropRest;
    default:
      count(&UdpCounters::errors_other);
      return Next::kDropRest;
  }
}

bool UdpSender::wait_writable() const {
  pollfd wanted{descriptor_, POLLOUT, 0};
  return poll(&wanted, 1, kMaxWaitMs) > 0;
}

}  // namespace pcs
