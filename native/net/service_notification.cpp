#include "net/service_notification.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

namespace pcs {

int send_service_notification(std::string_view socket_path, std::string_view message) {
  sockaddr_un address{};
  const bool is_abstract = socket_path.starts_with('@');
  if (!is_abstract && !socket_path.starts_with('/')) return EAFNOSUPPORT;
  // A path ends with a zero, an abstract name by its length.
  if (socket_path.size() + (is_abstract ? 0 : 1) > sizeof address.sun_path) return ENAMETOOLONG;
  address.sun_family = AF_UNIX;
  std::ranges::copy(socket_path, address.sun_path);
  if (is_abstract) address.sun_path[0] = '\0';
  const auto address_bytes =
      static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_path.size() + (is_abstract ? 0 : 1));
  const int descriptor = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return errno;
  const auto* to = reinterpret_cast<const sockaddr*>(&address);
  const ssize_t sent =
      sendto(descriptor, message.data(), message.size(), MSG_NOSIGNAL | MSG_DONTWAIT, to, address_bytes);
  const int error = sent < 0 ? errno : 0;
  close(descriptor);
  return error;
}

}  // namespace pcs
