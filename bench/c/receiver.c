// Receives RTP in a plain loop and remembers when each frame's first and last packet came.
//   receiver BUFFER_BYTES [PAUSE_MS]
// With a pause it looks for packets that often, in place of being woken by each, and so takes next to no processor time
// from the sender, as a receiver on another machine.
// Prints its port; after SIGTERM, {"packets":...,"frames":[[RTP TIMESTAMP,FIRST,LAST,PACKETS,COMPLETE],...]}.
// Times are the kernel's, taken when a packet enters its receive path, in microseconds of CLOCK_MONOTONIC.
#include <arpa/inet.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { kMaxFrames = 100000 };

struct frame {
  uint32_t timestamp;
  unsigned packets;
  int has_marker;
  double first_us, last_us;
};

static struct frame frames[kMaxFrames];
static unsigned frame_count;
static unsigned long long packet_count;
static volatile sig_atomic_t ending;

static void end(int signal) {
  (void)signal;
  ending = 1;
}

static double microseconds(struct timespec time) {
  return (double)time.tv_sec * 1e6 + (double)time.tv_nsec / 1e3;
}

static double clock_us(clockid_t clock) {
  struct timespec now;
  clock_gettime(clock, &now);
  return microseconds(now);
}

// CLOCK_MONOTONIC minus CLOCK_REALTIME. Looked at anew for each packet, because the wall clock is slewed; a
// look that was interrupted does not count.
static double clock_offset_us(void) {
  static double offset_us;
  static int is_known;
  const double before_us = clock_us(CLOCK_MONOTONIC);
  const double real_us = clock_us(CLOCK_REALTIME);
  const double after_us = clock_us(CLOCK_MONOTONIC);
  if (!is_known || after_us - before_us < 2) offset_us = (before_us + after_us) / 2 - real_us;
  is_known = 1;
  return offset_us;
}

static double arrival_us(struct msghdr* message) {
  for (struct cmsghdr* control = CMSG_FIRSTHDR(message); control; control = CMSG_NXTHDR(message, control)) {
    if (control->cmsg_level != SOL_SOCKET || control->cmsg_type != SCM_TIMESTAMPNS) continue;
    struct timespec time;
    memcpy(&time, CMSG_DATA(control), sizeof time);
    return microseconds(time) + clock_offset_us();
  }
  return 0;
}

static void count(const uint8_t* packet, double time_us) {
  uint32_t timestamp;
  memcpy(&timestamp, packet + 4, sizeof timestamp);
  timestamp = ntohl(timestamp);
  ++packet_count;
  if (frame_count == 0 || frames[frame_count - 1].timestamp != timestamp) {
    if (frame_count == kMaxFrames) return;
    frames[frame_count++] = (struct frame){.timestamp = timestamp, .first_us = time_us};
  }
  struct frame* frame = &frames[frame_count - 1];
  frame->last_us = time_us;
  frame->has_marker |= packet[1] >> 7;
  ++frame->packets;
}

static int open_socket(int buffer_bytes) {
  const int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t length = sizeof address;
  const int on = 1;
  if (setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &buffer_bytes, sizeof buffer_bytes) != 0) {
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &buffer_bytes, sizeof buffer_bytes);
  }
  setsockopt(descriptor, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof on);
  if (bind(descriptor, (struct sockaddr*)&address, length) != 0) exit(1);
  getsockname(descriptor, (struct sockaddr*)&address, &length);
  printf("%u\n", ntohs(address.sin_port));
  fflush(stdout);
  return descriptor;
}

static void sleep_ms(long duration_ms) {
  nanosleep(&(struct timespec){.tv_nsec = duration_ms * 1000000}, NULL);
}

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  const int pause_ms = argc > 2 ? atoi(argv[2]) : 0;
  sigaction(SIGTERM, &(struct sigaction){.sa_handler = end}, NULL);
  const int descriptor = open_socket(atoi(argv[1]));
  while (!ending) {
    uint8_t packet[65536];
    char control[256];
    struct iovec memory = {packet, sizeof packet};
    struct msghdr message = {
        .msg_iov = &memory, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    const ssize_t bytes = recvmsg(descriptor, &message, pause_ms > 0 ? MSG_DONTWAIT : 0);
    if (bytes >= 12) count(packet, arrival_us(&message));
    if (bytes < 0 && pause_ms > 0) sleep_ms(pause_ms);
  }
  printf("{\"packets\":%llu,\"frames\":[", packet_count);
  for (unsigned i = 0; i < frame_count; ++i) {
    const struct frame* frame = &frames[i];
    printf("%s[%u,%.1f,%.1f,%u,%d]", i ? "," : "", frame->timestamp, frame->first_us, frame->last_us,
           frame->packets, frame->has_marker);
  }
  printf("]}\n");
  return 0;
}
