#include "net/udp_sender.h"

#include <arpa/inet.h>
#include <doctest/doctest.h>
#include <sched.h>
#include <sys/socket.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "core/clock.h"
#include "support.h"
#include "udp_parts.h"

namespace pcs {
namespace {

using test::Batch;
using test::eventually;
using test::families;
using test::Listener;
using test::Receiver;
using Taken = UdpSender::Taken;

UdpOptions to(const std::string& address, uint16_t port, uint16_t local_port = 0) {
  UdpOptions options;
  options.remote_address = address;
  options.remote_port = port;
  options.local_port = local_port;
  return options;
}

std::unique_ptr<UdpSender> open(const UdpOptions& options, Listener& listener) {
  Failure failure{};
  auto sender = UdpSender::open(options, listener, failure);
  REQUIRE_MESSAGE(sender, std::string(failure.message));
  return sender;
}

std::unique_ptr<UdpSender> open(const std::string& address, uint16_t port, Listener& listener,
                                uint16_t local_port = 0) {
  return open(to(address, port, local_port), listener);
}

void submit_and_wait(UdpSender& sender, const Listener& listener, const Batch& batch, uint32_t id) {
  const size_t before = listener.done().size();
  const Taken taken = sender.submit(batch.of_id(id));
  REQUIRE(taken != Taken::kNot);
  if (taken == Taken::kQueued) REQUIRE(eventually([&] { return listener.done().size() > before; }));
}

TEST_CASE("packets arrive as they were given: header, then payload, in order") {
  for (const auto& [family, segmentation] :
       {std::pair{AF_INET, true}, {AF_INET, false}, {AF_INET6, true}, {AF_INET6, false}}) {
    CAPTURE(family);
    CAPTURE(segmentation);
    Listener listener;
    const Receiver receiver(family);
    UdpOptions options = to(family == AF_INET ? "127.0.0.1" : "::1", receiver.port());
    options.segmentation = segmentation;
    const auto sender = open(options, listener);
    const Batch batch(150);  // more than one call of sendmmsg takes
    submit_and_wait(*sender, listener, batch, 77);
    uint16_t from_port = 0;
    for (uint32_t i = 0; i < 150; ++i) REQUIRE(receiver.receive(&from_port) == batch.packet(i));
    CHECK(receiver.is_empty());
    CHECK(from_port == sender->transmitter().socket().local_port);
    const UdpCounters& counters = sender->transmitter().counters();
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
  const UdpCounters& counters = sender->transmitter().counters();
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
  const UdpCounters& counters = sender->transmitter().counters();
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

TEST_CASE("with a full queue a batch is not taken, and those that were leave in order") {
  Listener listener;
  const Receiver receiver;
  Batch batch(1);
  batch.bursts = {{1, static_cast<double>(monotonic_us() + 60'000'000)}};
  const auto sender = open("127.0.0.1", receiver.port(), listener);
  for (uint32_t id = 0; id < UdpSender::kMaxQueuedBatches; ++id)
    REQUIRE(sender->submit(batch.of_id(id)) == Taken::kQueued);
  CHECK(sender->submit(batch.of_id(999)) == Taken::kNot);
  sender->close();
  const auto done = listener.done();
  CHECK(done.size() == UdpSender::kMaxQueuedBatches);
  for (uint32_t id = 0; id < done.size(); ++id) CHECK(done[id] == id);
}

TEST_CASE("what is due at once leaves within the call, unless something is before it") {
  Listener listener;
  const Receiver receiver;
  const Batch at_once(3);
  Batch later(3);
  later.bursts = {{1, 0}, {2, static_cast<double>(monotonic_us() + 60'000'000)}};
  const auto sender = open("127.0.0.1", receiver.port(), listener);
  CHECK(sender->submit(at_once.of_id(1)) == Taken::kSent);
  for (uint32_t i = 0; i < 3; ++i) CHECK(receiver.receive() == at_once.packet(i));
  CHECK(sender->submit(later.of_id(2)) == Taken::kQueued);
  CHECK(receiver.receive() == later.packet(0));
  CHECK(receiver.is_empty());
  CHECK(sender->submit(at_once.of_id(3)) == Taken::kQueued);
  CHECK(receiver.is_empty());
  sender->close();
  CHECK(listener.done() == std::vector<uint32_t>{2, 3});
}

TEST_CASE("closing sends what is queued, and takes no more") {
  Listener listener;
  const Receiver receiver;
  Batch batch(20);
  batch.bursts = {{20, static_cast<double>(monotonic_us() + 60'000'000)}};
  const auto sender = open("127.0.0.1", receiver.port(), listener);
  for (uint32_t id = 0; id < 5; ++id) REQUIRE(sender->submit(batch.of_id(id)) == Taken::kQueued);
  sender->close();
  CHECK(listener.done().size() == 5);
  CHECK(sender->transmitter().counters().packets_sent == 100);
  for (uint32_t i = 0; i < 100; ++i) CHECK(receiver.receive() == batch.packet(i % 20));
  CHECK(sender->submit(batch.of_id(9)) == Taken::kNot);
  sender->close();
  CHECK(listener.done().size() == 5);
}

TEST_CASE("a batch of no packets is done at once") {
  Listener listener;
  const auto sender = open("127.0.0.1", Receiver::unused_port(), listener);
  submit_and_wait(*sender, listener, Batch(0), 4);
  CHECK(sender->transmitter().counters().packets_sent == 0);
}

TEST_CASE("an address without a route is counted as such, and ends nothing") {
  bool has_no_routes = false;
  // A network namespace of its own has no route at all. It takes privileges, and holds for this thread alone.
  std::thread([&] {
    has_no_routes = unshare(CLONE_NEWNET) == 0;
    if (!has_no_routes) return;
    Listener listener;
    const auto sender = open("192.0.2.1", 5000, listener);
    for (uint32_t id = 0; id < 3; ++id) submit_and_wait(*sender, listener, Batch(3), id);
    const UdpCounters& counters = sender->transmitter().counters();
    CHECK(counters.errors_unreachable == 3);
    CHECK(counters.packets_dropped == 9);
    CHECK(counters.packets_sent == 0);
  }).join();
  REQUIRE_MESSAGE(has_no_routes, "needs the privilege to make a network namespace: run the tests as root");
}

TEST_CASE("the local port is the one that was asked for, and a second socket on it is refused") {
  Listener listener;
  const uint16_t port = Receiver::unused_port();
  const auto sender = open("127.0.0.1", 5000, listener, port);
  CHECK(sender->transmitter().socket().local_port == port);
  Failure failure{};
  CHECK_FALSE(UdpSender::open(to("127.0.0.1", 5000, port), listener, failure));
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
    UdpOptions options = to(is_v4 ? "127.0.0.1" : "::1", ntohs(address.sin6_port));
    options.dscp = 34;
    const auto sender = UdpSender::open(options, listener, failure);
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

TEST_CASE("packets of any lengths arrive, of which only equal ones are cut from one message") {
  for (const bool segmentation : {true, false}) {
    Listener listener;
    const Receiver receiver;
    UdpOptions options = to("127.0.0.1", receiver.port());
    options.segmentation = segmentation;
    const auto sender = open(options, listener);
    REQUIRE(sender->transmitter().uses_segmentation() == segmentation);
    Batch batch(200, 1400);  // also more bytes than one message carries
    for (const uint32_t i : {0u, 3u, 4u, 60u, 61u, 199u}) batch.slices[i].payload_bytes = 7 * i % 1400;
    submit_and_wait(*sender, listener, batch, 1);
    for (uint32_t i = 0; i < 200; ++i) REQUIRE(receiver.receive() == batch.packet(i));
    CHECK(receiver.is_empty());
    CHECK(sender->transmitter().counters().packets_sent == 200);
  }
}

TEST_CASE("bursts leave no earlier than at their departure times") {
  Listener listener;
  const Receiver receiver;
  const auto sender = open("127.0.0.1", receiver.port(), listener);
  Batch batch(6);
  const int64_t begin_us = monotonic_us();
  batch.bursts.clear();
  for (int i = 0; i < 3; ++i) batch.bursts.push_back({2, static_cast<double>(begin_us + 20'000 * (i + 1))});
  REQUIRE(sender->submit(batch.of_id(1)) == Taken::kQueued);
  for (int i = 0; i < 3; ++i) {
    for (int packet = 0; packet < 2; ++packet) REQUIRE(!receiver.receive().empty());
    CHECK(monotonic_us() >= begin_us + 20'000 * (i + 1));
  }
  sender->close();
  uint64_t counted = 0;
  for (size_t i = 0; i < DurationHistogram::kClasses; ++i) counted += sender->departure_errors().count(i);
  CHECK(counted == 3);
}

TEST_CASE("closing does not wait for departure times") {
  Listener listener;
  const Receiver receiver;
  const auto sender = open("127.0.0.1", receiver.port(), listener);
  Batch batch(4);
  const int64_t begin_us = monotonic_us();
  batch.bursts = {{1, 0}, {3, static_cast<double>(begin_us + 60'000'000)}};
  REQUIRE(sender->submit(batch.of_id(1)) == Taken::kQueued);
  sender->close();
  CHECK(monotonic_us() - begin_us < 30'000'000);
  for (uint32_t i = 0; i < 4; ++i) CHECK(receiver.receive() == batch.packet(i));
  CHECK(listener.done() == std::vector<uint32_t>{1});
}

TEST_CASE("a batch that is not to be reported is not, and leaves in its turn") {
  Listener listener;
  const Receiver receiver;
  Batch first(3), second(3);
  first.bursts = second.bursts = {{3, static_cast<double>(monotonic_us() + 30'000)}};
  const auto sender = open("127.0.0.1", receiver.port(), listener);
  PacketBatch silent = first.of_id(1);
  silent.is_reported = false;
  REQUIRE(sender->submit(silent) == Taken::kQueued);
  submit_and_wait(*sender, listener, second, 2);
  CHECK(listener.done() == std::vector<uint32_t>{2});
  for (uint32_t i = 0; i < 6; ++i) CHECK(receiver.receive() == first.packet(i % 3));
}

TEST_CASE("several sockets leave from one port when each asks for it") {
  Listener listener;
  const Receiver one, other;
  const uint16_t port = Receiver::unused_port();
  UdpOptions options = to("127.0.0.1", one.port(), port);
  options.local_port_shared = true;
  const auto first = open(options, listener);
  options.remote_port = other.port();
  const auto second = open(options, listener);
  submit_and_wait(*first, listener, Batch(1), 0);
  submit_and_wait(*second, listener, Batch(1), 1);
  for (const Receiver* receiver : {&one, &other}) {
    uint16_t from_port = 0;
    CHECK(receiver->receive(&from_port).size() == 102);
    CHECK(from_port == port);
  }
}

TEST_CASE("the local address is the one that was asked for, and one that is not this machine's is refused") {
  Listener listener;
  const Receiver receiver;
  UdpOptions options = to("127.0.0.1", receiver.port());
  options.local_address = "127.0.0.9";
  const auto sender = open(options, listener);
  submit_and_wait(*sender, listener, Batch(1), 0);
  CHECK(receiver.receive_from() == "127.0.0.9");
  options.local_address = "192.0.2.77";
  Failure failure{};
  CHECK_FALSE(UdpSender::open(options, listener, failure));
  CHECK(std::string(failure.code) == "ERR_SOCKET");
  CHECK(std::string(failure.message).find("192.0.2.77") != std::string::npos);
}

TEST_CASE("multicast goes by the interface that was named, and one that does not exist is refused") {
  Listener listener;
  const Receiver receiver(AF_INET, "239.255.76.1");
  UdpOptions options = to("239.255.76.1", receiver.port());
  options.multicast_interface = "lo";
  options.hop_limit = 3;
  const auto sender = open(options, listener);
  submit_and_wait(*sender, listener, Batch(2), 0);
  CHECK(receiver.receive().size() == 102);
  options.multicast_interface = "no-such-if";
  Failure failure{};
  CHECK_FALSE(UdpSender::open(options, listener, failure));
  CHECK(std::string(failure.code) == "ERR_SOCKET");
}

TEST_CASE("an interface without the fq queueing discipline does not pace by departure times") {
  Listener listener;
  UdpOptions options = to("127.0.0.1", Receiver::unused_port());
  options.kernel_departure_times = true;
  CHECK_FALSE(open(options, listener)->transmitter().uses_kernel_departure_times());
}

TEST_CASE("what is no address is refused") {
  Listener listener;
  for (const char* address : {"", "localhost", "300.1.1.1", "1.2.3.4.5", "::g"}) {
    Failure failure{};
    CHECK_FALSE(UdpSender::open(to(address, 5000), listener, failure));
    CHECK(std::string(failure.code) == "ERR_HOST_NOT_FOUND");
  }
}

TEST_CASE("opened and closed a hundred times while batches are on their way") {
  const uint16_t port = Receiver::unused_port();
  for (int turn = 0; turn < 100; ++turn) {
    Listener listener;
    Batch batch(5);
    if (turn % 2 == 0) batch.bursts = {{2, 0}, {3, static_cast<double>(monotonic_us() + 100)}};
    const auto sender = open("127.0.0.1", port, listener);
    size_t queued = 0;
    for (uint32_t id = 0; id < static_cast<uint32_t>(turn % 4); ++id)
      queued += sender->submit(batch.of_id(id)) == Taken::kQueued;
    sender->close();
    CHECK(listener.done().size() == queued);
  }
}

TEST_CASE("closed from another thread while batches are handed over, nothing is left behind") {
  const Receiver receiver;
  Batch batch(5);
  batch.bursts = {{2, 0}, {3, static_cast<double>(monotonic_us() + 1000)}};
  for (int turn = 0; turn < 50; ++turn) {
    Listener listener;
    const auto sender = open("127.0.0.1", receiver.port(), listener);
    std::thread closer([&] { sender->close(); });
    size_t queued = 0;
    uint64_t taken = 0;
    for (uint32_t id = 0; id < 50; ++id) {
      const Taken result = sender->submit(batch.of_id(id));
      queued += result == Taken::kQueued;
      taken += result != Taken::kNot;
    }
    closer.join();
    CHECK(listener.done().size() == queued);
    CHECK(sender->transmitter().counters().packets_sent == 5 * taken);
  }
}

}  // namespace
}  // namespace pcs
