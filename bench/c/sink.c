// A receiver that costs nobody anything: a UDP socket on 127.0.0.1 that is bound and never read. Once its
// buffer is full, the kernel drops what comes. Prints its port, and ends with its standard input.
#include <arpa/inet.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

int main(void) {
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  if (bind(descriptor, (struct sockaddr*)&address, length) != 0) return 1;
  getsockname(descriptor, (struct sockaddr*)&address, &length);
  printf("%u\n", ntohs(address.sin_port));
  fflush(stdout);
  char byte;
  while (read(STDIN_FILENO, &byte, 1) > 0) {
  }
  return 0;
}
