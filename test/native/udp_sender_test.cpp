#include "net/udp_sender.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "support.h"
#include "udp_parts.h"

namespace pcs {
namespace {

using test::Batch;
using test::eventually;
using test::families;
using test::Listener;
using test::Receiver;

std::unique_ptr<UdpSender> open(const std::string& address, uint16_t port, Listener& listener,
                                uint16_t local_port = 0) {
  Failure failure{};
  auto sender = UdpSender::open({address, port, local_port, 0}, listener, failure);
  REQUIRE_MESSAGE(sender, std::string(failure.message));
  return sender;
}

void submit_and_wait(UdpSender& sender, const Listener& listener, const Batch& batch, uint32_t id) {
  const size_t before = listener.done().size();
  REQUIRE(sender.submit(batch.of_id(id)));
  REQUIRE(eventually([&] { return listener.done().size() > before; }));
}

TEST_CASE("packets arrive as they were given: header, then payload, in order") {
  for (const int family : families()) {
    Listener listener;
    const Receiver receiver(family);
    const auto sender = open(family == AF_INET ? "127.0.0.1" : "::1", receiver.port(), listener);
    const Batch batch(150);  // more than one call of sendmmsg takes
    submit_and_wait(*sender, listener, batch, 77);
    uint16_t from_port = 0;
    for (uint32_t i = 0; i < 150; ++i) REQUIRE(receiver.receive(&from_port) == batch.packet(i));
    CHECK(receiver.is_empty());
    CHECK(from_port == sender->local_port());
    CHECK(listener.done() == std::vector<uint32_t>{77});
    const UdpCounters counters = sender->counters();
    CHECK(counters.packets_sent == 150);
    CHECK(counters.bytes_sent == 150 * 102);
    CHECK(counters.packets_dropped == 0);
  }
}

TEST_CASE("the longest packet that UDP carries arrives, and a longer one is skipped and counted") {
  Listener listener;
  const Receiver receiver;
  const auto sender = open("127.0.0.1", receiver.port(), listener);
  Batch batch(3, 65505);
  batch.slices[1].payload_bytes += 1;
  submit_and_wait(*sender, listener, batch, 1);
  CHECK(receiver.receive() == batch.packet(0));
  CHECK(receiver.receive() == batch.packet(2));
  const UdpCounters counters = sender->counters();
  CHECK(counters.packets_sent == 2);
  CHECK(counters.errors_too_long == 1);
  CHECK(counters.packets_dropped == 1);
}

TEST_CASE("a receiver that is not there is counted, and when it comes the stream is there") {
  Listener listener;
  const uint16_t port = Receiver::unused_port();
  const auto sender = open("127.0.0.1", port, listener);
  const Batch batch(10);
  for (uint32_t id = 0; id < 5; ++id) submit_and_wait(*sender, listener, batch, id);
  const UdpCounters counters = sender->counters();
  CHECK(counters.errors_refused > 0);
  CHECK(counters.packets_sent + counters.packets_dropped == 50);
  CHECK(counters.packets_sent > 0);
  CHECK(counters.errors_other == 0);

  // Somebody listens now, on that very port.
  const int late = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  REQUIRE(bind(late, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
  submit_and_wait(*sender, listener, batch, 5);
  for (uint32_t i = 0; i < 10; ++i) {
    uint8_t packet[200];
    CHECK(recv(late, packet, sizeof packet, MSG_DONTWAIT) == 102);
    CHECK(packet[1] == i);
  }
  ::close(late);
}

TEST_CASE("with a full queue a batch is not taken, and afterwards it is") {
  Listener listener;
  const Receiver receiver;
  const auto sender = open("127.0.0.1", receiver.port(), listener);
  const Batch batch(1);
  listener.hold(true);
  REQUIRE(sender->submit(batch.of_id(0)));
  REQUIRE(eventually([&] { return listener.done().size() == 1; }));
  for (uint32_t id = 1; id <= UdpSender::kMaxQueuedBatches; ++id) CHECK(sender->submit(batch.of_id(id)));
  CHECK_FALSE(sender->submit(batch.of_id(999)));
  listener.hold(false);
  REQUIRE(eventually([&] { return listener.done().size() == 1 + UdpSender::kMaxQueuedBatches; }));
  CHECK(sender->submit(batch.of_id(100)));
  sender->close();
  auto in_order = listener.done();
  CHECK(in_order.back() == 100);
  in_order.pop_back();
  for (uint32_t id = 0; id < in_order.size(); ++id) CHECK(in_order[id] == id);
}

TEST_CASE("closing sends what is queued, and takes no more") {
  Listener listener;
  const Receiver receiver;
  const auto sender = open("127.0.0.1", receiver.port(), listener);
  const Batch batch(20);
  for (uint32_t id = 0; id < 5; ++id) REQUIRE(sender->submit(batch.of_id(id)));
  sender->close();
  CHECK(listener.done().size() == 5);
  CHECK(sender->counters().packets_sent == 100);
  for (uint32_t i = 0; i < 100; ++i) CHECK(receiver.receive() == batch.packet(i % 20));
  CHECK_FALSE(sender->submit(batch.of_id(9)));
  sender->close();
  CHECK(listener.done().size() == 5);
}

TEST_CASE("a batch of no packets is done at once") {
  Listener listener;
  const auto sender = open("127.0.0.1", Receiver::unused_port(), listener);
  submit_and_wait(*sender, listener, Batch(0), 4);
  CHECK(sender->counters().packets_sent == 0);
}

TEST_CASE("an address without a route is counted as such, and ends nothing") {
  bool has_no_routes = false;
  UdpCounters counters{};
  // A network namespace of its own has no route at all. It takes privileges, and holds for this thread alone.
  std::thread([&] {
    has_no_routes = unshare(CLONE_NEWNET) == 0;
    if (!has_no_routes) return;
    Listener listener;
    const auto sender = open("192.0.2.1", 5000, listener);
    for (uint32_t id = 0; id < 3; ++id) submit_and_wait(*sender, listener, Batch(3), id);
    counters = sender->counters();
  }).join();
  REQUIRE_MESSAGE(has_no_routes, "needs the privilege to make a network namespace: run the tests as root");
  CHECK(counters.errors_unreachable == 3);
  CHECK(counters.packets_dropped == 9);
  CHECK(counters.packets_sent == 0);
}

TEST_CASE("the local port is the one that was asked for, and a second socket on it is refused") {
  Listener listener;
  const uint16_t port = Receiver::unused_port();
  const auto sender = open("127.0.0.1", 5000, listener, port);
  CHECK(sender->local_port() == port);
  Failure failure{};
  CHECK_FALSE(UdpSender::open({"127.0.0.1", 5000, port, 0}, listener, failure));
  CHECK(std::string(failure.code) == "ERR_SOCKET");
  CHECK(std::string(failure.message).find("local port " + std::to_string(port)) != std::string::npos);
}

TEST_CASE("the differentiated services code point is on every packet") {
  for (const int family : families()) {
    Listener listener;
    const int receiver = socket(family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    sockaddr_in6 address{};
    socklen_t address_bytes = sizeof address;
    address.sin6_family = static_cast<sa_family_t>(family);
    REQUIRE(bind(receiver, reinterpret_cast<sockaddr*>(&address), address_bytes) == 0);
    getsockname(receiver, reinterpret_cast<sockaddr*>(&address), &address_bytes);
    const int on = 1;
    const bool is_v4 = family == AF_INET;
    setsockopt(receiver, is_v4 ? IPPROTO_IP : IPPROTO_IPV6, is_v4 ? IP_RECVTOS : IPV6_RECVTCLASS, &on,
               sizeof on);
    Failure failure{};
    const auto sender =
        UdpSender::open({is_v4 ? "127.0.0.1" : "::1", ntohs(address.sin6_port), 0, 34}, listener, failure);
    REQUIRE(sender);
    submit_and_wait(*sender, listener, Batch(1), 0);

    uint8_t bytes[200];
    alignas(cmsghdr) uint8_t control[100];
    iovec memory{bytes, sizeof bytes};
    msghdr message{nullptr, 0, &memory, 1, control, sizeof control, 0};
    REQUIRE(recvmsg(receiver, &message, 0) == 102);
    const cmsghdr* traffic_class = CMSG_FIRSTHDR(&message);
    REQUIRE(traffic_class);
    CHECK(*CMSG_DATA(traffic_class) == 34 << 2);
    ::close(receiver);
  }
}

TEST_CASE("what is no address is refused") {
  Listener listener;
  for (const char* address : {"", "localhost", "300.1.1.1", "1.2.3.4.5", "::g"}) {
    Failure failure{};
    CHECK_FALSE(UdpSender::open({address, 5000, 0, 0}, listener, failure));
    CHECK(std::string(failure.code) == "ERR_HOST_NOT_FOUND");
  }
}

TEST_CASE("opened and closed a hundred times while batches are on their way") {
  const Batch batch(5);
  const uint16_t port = Receiver::unused_port();
  for (int turn = 0; turn < 100; ++turn) {
    Listener listener;
    const auto sender = open("127.0.0.1", port, listener);
    size_t taken = 0;
    for (uint32_t id = 0; id < static_cast<uint32_t>(turn % 4); ++id)
      taken += sender->submit(batch.of_id(id));
    sender->close();
    CHECK(listener.done().size() == taken);
  }
}

}  // namespace
}  // namespace pcs
