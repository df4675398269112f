#include "net/queueing_discipline.h"

#include <linux/netlink.h>
#include <linux/pkt_sched.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <array>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string_view>

namespace pcs {
namespace {

using Handler = std::function<void(const nlmsghdr&)>;

// A question to the kernel's routing sockets (man rtnetlink).
class Netlink {
 public:
  Netlink() : descriptor_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_ROUTE)) {
    const timeval limit{1, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  }
  ~Netlink() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  Netlink(const Netlink&) = delete;
  Netlink& operator=(const Netlink&) = delete;

  // False when there is no answer, or it is an error.
  bool ask(const nlmsghdr& request, const Handler& on_message) const {
    if (descriptor_ < 0 || send(descriptor_, &request, request.nlmsg_len, 0) < 0) return false;
    const bool is_dump = (request.nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
    for (;;) {
      alignas(nlmsghdr) std::array<uint8_t, 32768> answer;
      const ssize_t length = recv(descriptor_, answer.data(), answer.size(), 0);
      if (length <= 0) return false;
      auto left = static_cast<uint32_t>(length);
      for (auto* message = reinterpret_cast<nlmsghdr*>(answer.data()); NLMSG_OK(message, left);
           message = NLMSG_NEXT(message, left)) {
        if (message->nlmsg_type == NLMSG_DONE) return true;
        if (message->nlmsg_type == NLMSG_ERROR) return false;
        on_message(*message);
        if (!is_dump) return true;
      }
    }
  }

 private:
  const int descriptor_;
};

const rtattr* find_attribute(const rtattr* first, int bytes, int type) {
  for (const rtattr* attribute = first; RTA_OK(attribute, bytes); attribute = RTA_NEXT(attribute, bytes)) {
    if (attribute->rta_type == type) return attribute;
  }
  return nullptr;
}

// The index of the interface that packets to this address leave by; 0 when there is no route.
uint32_t interface_towards(const Netlink& netlink, const sockaddr_in6& remote) {
  const bool is_v4 = remote.sin6_family == AF_INET;
  const uint32_t address_bytes = is_v4 ? sizeof(in_addr) : sizeof(in6_addr);
  const void* address = is_v4
                            ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in&>(remote).sin_addr)
                            : &remote.sin6_addr;
  struct {
    nlmsghdr header;
    rtmsg route;
    rtattr attribute;
    uint8_t address[sizeof(in6_addr)];
  } request{};
  request.header.nlmsg_len =
      NLMSG_LENGTH(sizeof request.route) + static_cast<uint32_t>(RTA_SPACE(address_bytes));
  request.header.nlmsg_type = RTM_GETROUTE;
  request.header.nlmsg_flags = NLM_F_REQUEST;
  request.route.rtm_family = static_cast<uint8_t>(remote.sin6_family);
  request.route.rtm_dst_len = static_cast<uint8_t>(8 * address_bytes);
  request.attribute.rta_type = RTA_DST;
  request.attribute.rta_len = static_cast<uint16_t>(RTA_LENGTH(address_bytes));
  std::memcpy(request.address, address, address_bytes);
  uint32_t index = 0;
  netlink.ask(request.header, [&](const nlmsghdr& message) {
    if (message.nlmsg_type != RTM_NEWROUTE) return;
    const auto* route = static_cast<const rtmsg*>(NLMSG_DATA(&message));
    const auto* found = find_attribute(RTM_RTA(route), static_cast<int>(RTM_PAYLOAD(&message)), RTA_OIF);
    if (found) std::memcpy(&index, RTA_DATA(found), sizeof index);
  });
  return index;
}

}  // namespace

bool paces_by_departure_time(const sockaddr_in6& remote) {
  const Netlink netlink;
  const uint32_t interface = interface_towards(netlink, remote);
  if (interface == 0) return false;
  struct {
    nlmsghdr header;
    tcmsg queues;
  } request{};
  request.header.nlmsg_len = NLMSG_LENGTH(sizeof request.queues);
  request.header.nlmsg_type = RTM_GETQDISC;
  request.header.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
  bool has_fq = false;
  bool has_other = false;
  const bool answered = netlink.ask(request.header, [&](const nlmsghdr& message) {
    const auto* queue = static_cast<const tcmsg*>(NLMSG_DATA(&message));
    if (static_cast<uint32_t>(queue->tcm_ifindex) != interface || queue->tcm_parent == TC_H_INGRESS) return;
    const auto* kind = find_attribute(TCA_RTA(queue), static_cast<int>(TCA_PAYLOAD(&message)), TCA_KIND);
    const std::string_view name = kind ? static_cast<const char*>(RTA_DATA(kind)) : "";
    has_fq = has_fq || name == "fq";
    has_other =
        has_other || (name != "fq" && name != "mq");  // mq has a queue of its own below each hardware's
  });
  return answered && has_fq && !has_other;
}

}  // namespace pcs
