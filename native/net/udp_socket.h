// A UDP socket that is set up to send to one address.
#pragma once

#include <netinet/in.h>

#include <cstdint>
#include <string>

#include "core/failure.h"

namespace pcs {

struct UdpOptions {
  std::string remote_address;  // numeric, IPv4 or IPv6 (with %zone where the scope needs one)
  uint16_t remote_port = 0;
  std::string local_address;       // numeric; empty: any
  uint16_t local_port = 0;         // 0: any
  bool local_port_shared = false;  // with other sockets that ask for the same
  int dscp = 0;                    // 0..63, RFC 2474
  int hop_limit = 0;               // 1..255: TTL of IPv4, hop limit of IPv6; 0: the system's, 1 for multicast
  std::string multicast_interface;      // name, such as eth0; empty: by the routing table
  bool multicast_loopback = true;       // whether receivers on this machine hear it
  int send_buffer_bytes = 1 << 20;      // the kernel grants what it allows
  bool segmentation = true;             // whether to try UDP_SEGMENT
  bool kernel_departure_times = false;  // whether to try SO_TXTIME
};

struct UdpSocket {
  int descriptor = -1;
  sockaddr_in6 remote{};  // or a sockaddr_in in the same memory
  socklen_t remote_bytes = 0;
  uint16_t local_port = 0;
  bool segmentation = false;            // the kernel has UDP_SEGMENT
  bool kernel_departure_times = false;  // packets take their departure times along

  // False with the reason. The caller closes the descriptor.
  static bool open(const UdpOptions& options, UdpSocket& result, Failure& failure);
};

}  // namespace pcs
