#include "net/udp_transmitter.h"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>

namespace pcs {
namespace {

// A full send buffer empties within milliseconds; packets that wait longer than this are given up.
constexpr int kMaxWaitMs = 100;
constexpr int kMaxRetries = 3;

}  // namespace

UdpTransmitter::UdpTransmitter(const UdpSocket& socket)
    : socket_(socket), segmentation_(socket.segmentation) {}

UdpTransmitter::~UdpTransmitter() {
  close();
}

void UdpTransmitter::close() {
  if (socket_.descriptor >= 0) ::close(socket_.descriptor);
  socket_.descriptor = -1;
}

// Connected, so that the kernel looks the route up once and reports a receiver that is not there. Done late
// and again, because routes come and go.
bool UdpTransmitter::ensure_connected() {
  if (connected_) return true;
  connected_ = connect(socket_.descriptor, reinterpret_cast<const sockaddr*>(&socket_.remote),
                       socket_.remote_bytes) == 0;
  if (connected_) segmentation_ = socket_.segmentation;  // another route may have what the last one lacked
  return connected_;
}

// Lets route and source address go, which may be others next time.
void UdpTransmitter::disconnect() {
  sockaddr nowhere{};
  nowhere.sa_family = AF_UNSPEC;
  // Should it fail, the next connect() says so.
  static_cast<void>(connect(socket_.descriptor, &nowhere, sizeof nowhere));
  connected_ = false;
}

uint32_t UdpTransmitter::send(const PacketBatch& batch, const PacketSlice* packets, uint32_t packet_count,
                              int64_t kernel_departure_us, bool may_wait) {
  int retries = 0;
  for (uint32_t done = 0; done < packet_count;) {
    const bool connected = ensure_connected();
    const uint32_t remaining = packet_count - done;
    vectors_.fill(batch, packets + done, remaining, {segmentation_, kernel_departure_us * 1000});
    const int sent =
        connected ? sendmmsg(socket_.descriptor, vectors_.messages(), vectors_.message_count(), 0) : -1;
    if (sent > 0) {
      done += count_sent(sent);
      retries = 0;
      continue;
    }
    Next next = handle_error(errno, retries);
    if (next == Next::kRetryWhenWritable) {
      if (!may_wait) return done;
      next = wait_writable() ? Next::kRetry : Next::kDropRest;
    }
    if (next == Next::kRetry) continue;
    const uint32_t given_up = next == Next::kSkipMessage ? vectors_.packets_in(0) : remaining;
    counters_.packets_dropped += given_up;
    done += given_up;
    retries = 0;
  }
  return packet_count;
}

uint32_t UdpTransmitter::count_sent(int messages) {
  uint32_t packets = 0;
  uint64_t bytes = 0;
  for (uint32_t i = 0; i < static_cast<uint32_t>(messages); ++i) {
    packets += vectors_.packets_in(i);
    bytes += vectors_.messages()[i].msg_len;
  }
  counters_.packets_sent += packets;
  counters_.bytes_sent += bytes;
  return packets;
}

UdpTransmitter::Next UdpTransmitter::handle_error(int error, int& retries) {
  // A device without checksum offload (EIO), a packet longer than the route's MTU (EINVAL, EMSGSIZE), which
  // is sent in fragments when it goes by itself.
  const bool may_be_segmentation = error == EIO || error == EINVAL || error == EMSGSIZE;
  if (may_be_segmentation && vectors_.packets_in(0) > 1) {
    segmentation_ = false;
    ++counters_.segmentation_lost;
    return Next::kRetry;
  }
  switch (error) {
    case EINTR:
      return Next::kRetry;
    case EAGAIN:
    case ENOBUFS:
      ++counters_.errors_no_buffer;
      return ++retries <= kMaxRetries ? Next::kRetryWhenWritable : Next::kDropRest;
    case ECONNREFUSED:
      // The answer to an earlier packet: this one has not been tried yet.
      ++counters_.errors_refused;
      return ++retries <= kMaxRetries ? Next::kRetry : Next::kSkipMessage;
    case EMSGSIZE:
      ++counters_.errors_too_long;
      return Next::kSkipMessage;
    case ENETUNREACH:
    case EHOSTUNREACH:
    case ENETDOWN:
    case EADDRNOTAVAIL:
      ++counters_.errors_unreachable;
      break;
    default:
      ++counters_.errors_other;
  }
  disconnect();
  return Next::kDropRest;
}

bool UdpTransmitter::wait_writable() const {
  pollfd wanted{socket_.descriptor, POLLOUT, 0};
  return poll(&wanted, 1, kMaxWaitMs) > 0;
}

}  // namespace pcs
