// A JPEG as RTP packets (RFC 2435) by UDP_SEGMENT: as few calls of the kernel as there can be.
#pragma once
#include <arpa/inet.h>
#include <netinet/udp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

enum { kMtu = 1400, kCommonBytes = 12 + 8, kTableHeaderBytes = 4 + 128, kMaxPackets = 4096 };

struct sender {
  int descriptor;
  uint16_t sequence;
  uint32_t timestamp;
  unsigned packet_count;  // of the frame at hand
  uint8_t headers[kMaxPackets * kCommonBytes + kTableHeaderBytes];
  struct iovec slices[2 * kMaxPackets];
};

static void sender_open(struct sender* sender, uint16_t port) {
  struct sockaddr_in address = {
      .sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  sender->descriptor = socket(AF_INET, SOCK_DGRAM, 0);
  const int buffer_bytes = 1 << 20;
  setsockopt(sender->descriptor, SOL_SOCKET, SO_SNDBUF, &buffer_bytes, sizeof buffer_bytes);
  if (connect(sender->descriptor, (struct sockaddr*)&address, sizeof address) != 0) exit(1);
}

static uint8_t* put(uint8_t* at, uint32_t value, int bytes) {
  for (int i = bytes - 1; i >= 0; --i) *at++ = (uint8_t)(value >> 8 * i);
  return at;
}

// The segment behind a marker, past its length; NULL where there is none.
static const uint8_t* find_segment(const uint8_t* jpeg, uint8_t marker, int which) {
  for (const uint8_t* at = jpeg + 2; at[0] == 0xFF; at += 2 + (at[2] << 8 | at[3])) {
    if (at[1] == marker && which-- == 0) return at + 4;
    if (at[1] == 0xDA) break;
  }
  return NULL;
}

// Writes the headers of all packets, and points to the JPEG for what follows each.
static void packetize(struct sender* sender, const uint8_t* jpeg, size_t jpeg_bytes, unsigned width,
                      unsigned height) {
  const uint8_t* scan_header = find_segment(jpeg, 0xDA, 0) - 2;
  const uint8_t* scan = scan_header + (scan_header[0] << 8 | scan_header[1]);
  const size_t scan_bytes = (size_t)(jpeg + jpeg_bytes - scan);
  uint8_t* header = sender->headers;
  sender->packet_count = 0;
  sender->timestamp += 3000;
  for (size_t offset = 0; offset < scan_bytes;) {
    uint8_t* begin = header;
    const size_t header_bytes = kCommonBytes + (offset == 0 ? kTableHeaderBytes : 0);
    const size_t left = scan_bytes - offset;
    const size_t payload = left < kMtu - header_bytes ? left : kMtu - header_bytes;
    header = put(header, 0x80u << 8 | (payload == left ? 0x80u : 0) | 26, 2);
    header = put(header, sender->sequence++, 2);
    header = put(header, sender->timestamp, 4);
    header = put(header, 0x12345678, 4);
    header = put(header, (uint32_t)offset, 4);
    header = put(header, 1u << 24 | 255u << 16 | (width + 7) / 8 << 8 | (height + 7) / 8, 4);
    if (offset == 0) {
      header = put(header, 128, 4);
      header = memcpy(header, find_segment(jpeg, 0xDB, 0) + 1, 64);
      header = memcpy(header + 64, find_segment(jpeg, 0xDB, 1) + 1, 64);
      header += 64;
    }
    sender->slices[2 * sender->packet_count] = (struct iovec){begin, header_bytes};
    sender->slices[2 * sender->packet_count + 1] = (struct iovec){(void*)(scan + offset), payload};
    ++sender->packet_count;
    offset += payload;
  }
}

// All packets but the last have kMtu bytes, so that the kernel can cut them from one message.
static void send_packets(struct sender* sender, unsigned first, unsigned count) {
  enum { kMaxSegments = 65507 / kMtu };
  for (unsigned n; count > 0; first += n, count -= n) {
    n = count < kMaxSegments ? count : kMaxSegments;
    union {
      char bytes[CMSG_SPACE(sizeof(uint16_t))];
      struct cmsghdr align;
    } control = {{0}};
    struct msghdr message = {.msg_iov = &sender->slices[2 * first], .msg_iovlen = 2 * n};
    if (n > 1) {
      message.msg_control = control.bytes;
      message.msg_controllen = sizeof control.bytes;
      struct cmsghdr* segment = CMSG_FIRSTHDR(&message);
      segment->cmsg_level = SOL_UDP;
      segment->cmsg_type = UDP_SEGMENT;
      segment->cmsg_len = CMSG_LEN(sizeof(uint16_t));
      const uint16_t segment_bytes = kMtu;
      memcpy(CMSG_DATA(segment), &segment_bytes, sizeof segment_bytes);
    }
    if (sendmsg(sender->descriptor, &message, 0) < 0) perror("sendmsg");
  }
}
