#include "net/udp_socket.h"

#include <linux/net_tstamp.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/udp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <ctime>

#include "net/queueing_discipline.h"

namespace pcs {
namespace {

bool resolve_numeric(const std::string& address, uint16_t port, sockaddr_in6& result, socklen_t& bytes,
                     Failure& failure) {
  addrinfo hints{};
  hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
  hints.ai_socktype = SOCK_DGRAM;
  addrinfo* found = nullptr;
  if (const int error = getaddrinfo(address.c_str(), std::to_string(port).c_str(), &hints, &found);
      error != 0) {
    failure.set("ERR_HOST_NOT_FOUND", "%s is not an IP address: %s", address.c_str(), gai_strerror(error));
    return false;
  }
  bytes = found->ai_addrlen;
  std::memcpy(&result, found->ai_addr, bytes);
  freeaddrinfo(found);
  return true;
}

template <typename Value>
bool set_option(int descriptor, int level, int name, const Value& value) {
  return setsockopt(descriptor, level, name, &value, sizeof value) == 0;
}

bool is_multicast(const sockaddr_in6& address) {
  if (address.sin6_family == AF_INET6) return IN6_IS_ADDR_MULTICAST(&address.sin6_addr);
  return IN_MULTICAST(ntohl(reinterpret_cast<const sockaddr_in&>(address).sin_addr.s_addr));
}

bool set_multicast(int descriptor, bool is_v4, const UdpOptions& options) {
  if (!options.multicast_interface.empty()) {
    const unsigned index = if_nametoindex(options.multicast_interface.c_str());
    if (index == 0) return false;
    ip_mreqn request{};
    request.imr_ifindex = static_cast<int>(index);
    const bool done = is_v4 ? set_option(descriptor, IPPROTO_IP, IP_MULTICAST_IF, request)
                            : set_option(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_IF, index);
    if (!done) return false;
  }
  const int hops = options.hop_limit > 0 ? options.hop_limit : 1;
  const int loop = options.multicast_loopback ? 1 : 0;
  return is_v4 ? set_option(descriptor, IPPROTO_IP, IP_MULTICAST_TTL, hops) &&
                     set_option(descriptor, IPPROTO_IP, IP_MULTICAST_LOOP, loop)
               : set_option(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_HOPS, hops) &&
                     set_option(descriptor, IPPROTO_IPV6, IPV6_MULTICAST_LOOP, loop);
}

bool set_header_fields(int descriptor, bool is_v4, const UdpOptions& options) {
  const int traffic_class = options.dscp << 2;  // RFC 2474 section 3: the upper six bits
  const bool marked = is_v4 ? set_option(descriptor, IPPROTO_IP, IP_TOS, traffic_class)
                            : set_option(descriptor, IPPROTO_IPV6, IPV6_TCLASS, traffic_class);
  if (!marked || options.hop_limit == 0) return marked;
  return is_v4 ? set_option(descriptor, IPPROTO_IP, IP_TTL, options.hop_limit)
               : set_option(descriptor, IPPROTO_IPV6, IPV6_UNICAST_HOPS, options.hop_limit);
}

uint16_t bound_port(int descriptor) {
  sockaddr_in6 local{};  // a sockaddr_in has its port in the same place
  socklen_t bytes = sizeof local;
  getsockname(descriptor, reinterpret_cast<sockaddr*>(&local), &bytes);
  return ntohs(local.sin6_port);
}

// A port of this number is kept when the socket is disconnected; one that the kernel chose is not. So a
// chosen one is asked for by its number, before the socket that it was chosen for lets it go.
bool bind_local(int descriptor, int family, const UdpOptions& options, Failure& failure) {
  sockaddr_in6 local{};
  socklen_t bytes = family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
  local.sin6_family = static_cast<sa_family_t>(family);
  if (!options.local_address.empty() &&
      !resolve_numeric(options.local_address, options.local_port, local, bytes, failure)) {
    return false;
  }
  const int yes = 1;
  const int no = 0;
  local.sin6_port = htons(options.local_port);  // sockaddr_in has its port in the same place
  const auto* address = reinterpret_cast<const sockaddr*>(&local);
  if (options.local_port != 0) {
    return (!options.local_port_shared || set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, yes)) &&
           bind(descriptor, address, bytes) == 0;
  }
  const int chooser = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool bound = chooser >= 0 && set_option(chooser, SOL_SOCKET, SO_REUSEADDR, yes) &&
               bind(chooser, address, bytes) == 0;
  if (bound) {
    local.sin6_port = htons(bound_port(chooser));
    bound = set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, yes) && bind(descriptor, address, bytes) == 0 &&
            set_option(descriptor, SOL_SOCKET, SO_REUSEADDR, no);
  }
  const int error = errno;
  if (chooser >= 0) ::close(chooser);
  errno = error;
  return bound;
}

bool has_segmentation(int descriptor) {
  int segment_bytes = 0;
  socklen_t bytes = sizeof segment_bytes;
  return getsockopt(descriptor, SOL_UDP, UDP_SEGMENT, &segment_bytes, &bytes) == 0;
}

bool set_up(int descriptor, const sockaddr_in6& remote, const UdpOptions& options, Failure& failure) {
  const bool is_v4 = remote.sin6_family == AF_INET;
  // A short buffer is no reason to fail.
  set_option(descriptor, SOL_SOCKET, SO_SNDBUF, options.send_buffer_bytes);
  return set_header_fields(descriptor, is_v4, options) &&
         (!is_multicast(remote) || set_multicast(descriptor, is_v4, options)) &&
         bind_local(descriptor, remote.sin6_family, options, failure);
}

}  // namespace

bool UdpSocket::open(const UdpOptions& options, UdpSocket& result, Failure& failure) {
  if (!resolve_numeric(options.remote_address, options.remote_port, result.remote, result.remote_bytes,
                       failure)) {
    return false;
  }
  const int descriptor = socket(result.remote.sin6_family, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (descriptor < 0 || !set_up(descriptor, result.remote, options, failure)) {
    if (failure.code[0] == 0) {
      const int error = errno;
      failure.set("ERR_SOCKET", "no UDP socket on local port %u%s%s for %s port %u: %s", options.local_port,
                  options.local_address.empty() ? "" : " of ", options.local_address.c_str(),
                  options.remote_address.c_str(), options.remote_port, std::strerror(error));
    }
    if (descriptor >= 0) ::close(descriptor);
    return false;
  }
  result.descriptor = descriptor;
  result.local_port = bound_port(descriptor);
  result.segmentation = options.segmentation && has_segmentation(descriptor);
  // The queue counts what waits in it by messages, and one frame makes too many without segmentation.
  if (options.kernel_departure_times && result.segmentation && paces_by_departure_time(result.remote)) {
    const sock_txtime clock{CLOCK_MONOTONIC, 0};
    result.kernel_departure_times = set_option(descriptor, SOL_SOCKET, SO_TXTIME, clock);
  }
  return true;
}

}  // namespace pcs
