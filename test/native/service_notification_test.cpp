#include "net/service_notification.h"

#include <doctest/doctest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <string>

#include "support.h"

using pcs::send_service_notification;

namespace {

// Listens as systemd does.
class Manager {
 public:
  explicit Manager(const std::string& name) : descriptor_(socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    REQUIRE(name.size() < sizeof address.sun_path);
    std::ranges::copy(name, address.sun_path);
    const bool is_abstract = name[0] == '@';
    if (is_abstract) address.sun_path[0] = '\0';
    const size_t bytes = offsetof(sockaddr_un, sun_path) + name.size() + (is_abstract ? 0 : 1);
    REQUIRE(bind(descriptor_, reinterpret_cast<const sockaddr*>(&address), static_cast<socklen_t>(bytes)) ==
            0);
  }
  ~Manager() { close(descriptor_); }
  Manager(const Manager&) = delete;
  Manager& operator=(const Manager&) = delete;

  // The next datagram; empty when there is none.
  std::string read() {
    std::array<char, 4096> data{};
    const ssize_t bytes = recv(descriptor_, data.data(), data.size(), MSG_DONTWAIT);
    return bytes < 0 ? std::string() : std::string(data.data(), static_cast<size_t>(bytes));
  }

 private:
  int descriptor_;
};

size_t open_descriptors() {
  const std::filesystem::directory_iterator entries("/proc/self/fd");
  return static_cast<size_t>(std::distance(begin(entries), end(entries)));
}

}  // namespace

TEST_CASE("a message arrives as one datagram, at a path") {
  const pcs::test::TemporaryFolder folder;
  Manager manager(folder.file("notify"));
  CHECK(send_service_notification(folder.file("notify"), "READY=1\nSTATUS=two lines") == 0);
  CHECK(send_service_notification(folder.file("notify"), "WATCHDOG=1") == 0);
  CHECK(manager.read() == "READY=1\nSTATUS=two lines");
  CHECK(manager.read() == "WATCHDOG=1");
}

TEST_CASE("an abstract socket is reached by its name with an @") {
  const std::string name = "@pcs-test-" + std::to_string(getpid());
  Manager manager(name);
  CHECK(send_service_notification(name, "READY=1") == 0);
  CHECK(manager.read() == "READY=1");
}

TEST_CASE("the longest names that a socket can have") {
  sockaddr_un address{};
  const std::string longest = "@" + std::string(sizeof address.sun_path - 1, 'x');
  Manager manager(longest.substr(0, sizeof address.sun_path - 1));
  CHECK(send_service_notification(longest.substr(0, sizeof address.sun_path - 1), "READY=1") == 0);
  CHECK(manager.read() == "READY=1");
  CHECK(send_service_notification(longest, "READY=1") == ECONNREFUSED);
  CHECK(send_service_notification(longest + "x", "READY=1") == ENAMETOOLONG);
  CHECK(send_service_notification("/" + std::string(sizeof address.sun_path - 1, 'x'), "READY=1") ==
        ENAMETOOLONG);
}

TEST_CASE("nobody listens, and names that are none: an error, nothing else") {
  const pcs::test::TemporaryFolder folder;
  CHECK(send_service_notification(folder.file("nobody"), "READY=1") == ENOENT);
  CHECK(send_service_notification("", "READY=1") == EAFNOSUPPORT);
  CHECK(send_service_notification("vsock:2:1234", "READY=1") == EAFNOSUPPORT);
}

TEST_CASE("a manager that does not read holds up nobody, and no descriptor stays open") {
  const pcs::test::TemporaryFolder folder;
  const Manager manager(folder.file("notify"));
  const size_t before = open_descriptors();
  int result = 0;
  for (int i = 0; i < 100'000 && result == 0; ++i) {
    result = send_service_notification(folder.file("notify"), "WATCHDOG=1");
  }
  CHECK(result == EAGAIN);
  CHECK(open_descriptors() == before);
}
