// What a service tells its manager: systemd's sd_notify, without its library.
#pragma once

#include <string_view>

namespace pcs {

// Sends one datagram to a socket of the file system, or to an abstract one, whose name begins with '@'. Never
// waits: a manager that does not read misses the message. 0, or an errno.
int send_service_notification(std::string_view socket_path, std::string_view message);

}  // namespace pcs
