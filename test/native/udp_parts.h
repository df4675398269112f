// Both ends of a UDP test: a receiver on the loopback address, batches to send, and who hears that they left.
#pragma once

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <net/if.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cstdint>
#include <mutex>
#include <string>
#include <vector>

#include "net/udp_sender.h"

namespace pcs::test {

using Bytes = std::vector<uint8_t>;

// A UDP socket on a free port of the loopback address.
class Receiver {
 public:
  // group: of IPv4 multicast, joined on the loopback interface.
  explicit Receiver(int family = AF_INET, const char* group = nullptr)
      : descriptor_(socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in6 address{};
    socklen_t bytes = sizeof address;
    address.sin6_family = static_cast<sa_family_t>(family);
    if (family == AF_INET6)
      address.sin6_addr = in6addr_loopback;
    else
      reinterpret_cast<sockaddr_in&>(address).sin_addr.s_addr = htonl(group ? INADDR_ANY : INADDR_LOOPBACK);
    const int size = 4 << 20;
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVBUF, &size, sizeof size);
    REQUIRE(bind(descriptor_, reinterpret_cast<sockaddr*>(&address), bytes) == 0);
    getsockname(descriptor_, reinterpret_cast<sockaddr*>(&address), &bytes);
    port_ = ntohs(address.sin6_port);
    if (!group) return;
    ip_mreqn membership{};
    membership.imr_multiaddr.s_addr = inet_addr(group);
    membership.imr_ifindex = static_cast<int>(if_nametoindex("lo"));
    REQUIRE(setsockopt(descriptor_, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof membership) == 0);
  }
  ~Receiver() { ::close(descriptor_); }
  Receiver(const Receiver&) = delete;
  Receiver& operator=(const Receiver&) = delete;

  uint16_t port() const { return port_; }

  // The next packet, and the port that it came from. Empty when none comes.
  Bytes receive(uint16_t* from_port = nullptr) const {
    pollfd wanted{descriptor_, POLLIN, 0};
    if (poll(&wanted, 1, 5000) != 1) return {};
    Bytes packet(65536);
    sockaddr_in6 from{};
    socklen_t bytes = sizeof from;
    const ssize_t length =
        recvfrom(descriptor_, packet.data(), packet.size(), 0, reinterpret_cast<sockaddr*>(&from), &bytes);
    packet.resize(length < 0 ? 0 : static_cast<size_t>(length));
    if (from_port) *from_port = ntohs(from.sin6_port);
    return packet;
  }

  // The IPv4 address that the next packet comes from.
  std::string receive_from() const {
    uint8_t packet[2048];
    sockaddr_in from{};
    socklen_t bytes = sizeof from;
    recvfrom(descriptor_, packet, sizeof packet, 0, reinterpret_cast<sockaddr*>(&from), &bytes);
    return inet_ntoa(from.sin_addr);
  }

  bool is_empty() const {
    pollfd wanted{descriptor_, POLLIN, 0};
    return poll(&wanted, 1, 0) == 0;
  }

  // A port that nobody listens on, nor comes to: below those that the kernel gives to whoever asks for any.
  static uint16_t unused_port() {
    for (uint16_t port = static_cast<uint16_t>(10000 + getpid() % 9000);; ++port) {
      const int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      sockaddr_in address{};
      address.sin_family = AF_INET;
      address.sin_port = htons(port);
      const bool is_free = bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
      ::close(descriptor);
      if (is_free) return port;
    }
  }

 private:
  const int descriptor_;
  uint16_t port_ = 0;
};

// The families whose loopback address this machine has.
inline std::vector<int> families() {
  const int descriptor = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in6 address{};
  address.sin6_family = AF_INET6;
  address.sin6_addr = in6addr_loopback;
  const bool has_v6 = bind(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
  ::close(descriptor);
  return has_v6 ? std::vector<int>{AF_INET, AF_INET6} : std::vector<int>{AF_INET};
}

class Listener final : public BatchListener {
 public:
  void on_batch_done(uint32_t id) noexcept override {
    const std::lock_guard lock(mutex_);
    done_.push_back(id);
  }

  std::vector<uint32_t> done() const {
    const std::lock_guard lock(mutex_);
    return done_;
  }

 private:
  mutable std::mutex mutex_;
  std::vector<uint32_t> done_;
};

// `count` packets: two bytes of header each, then slices of a payload that counts up.
struct Batch {
  explicit Batch(uint32_t count, uint32_t payload_bytes = 100) {
    for (uint32_t i = 0; i < count * payload_bytes; ++i)
      payload.push_back(static_cast<uint8_t>(i * 31 + i / 256));
    for (uint32_t i = 0; i < count; ++i) {
      headers.insert(headers.end(), {static_cast<uint8_t>(i >> 8), static_cast<uint8_t>(i)});
      slices.push_back({2 * i, 2, i * payload_bytes, payload_bytes});
    }
    if (count > 0) bursts.push_back({static_cast<double>(count), 0});
  }
  PacketBatch of_id(uint32_t id) const {
    return {id,
            true,
            headers.data(),
            payload.data(),
            slices.data(),
            bursts.data(),
            static_cast<uint32_t>(bursts.size())};
  }
  Bytes packet(uint32_t i) const {
    Bytes bytes(headers.begin() + 2 * i, headers.begin() + 2 * i + 2);
    const auto begin = payload.begin() + slices[i].payload_offset;
    bytes.insert(bytes.end(), begin, begin + slices[i].payload_bytes);
    return bytes;
  }

  Bytes headers, payload;
  std::vector<PacketSlice> slices;
  std::vector<Burst> bursts;  // all at once, until a test says otherwise
};

}  // namespace pcs::test
