// The least that packets can cost: their headers written anew for each frame, sent by UDP_SEGMENT, one
// thread.
//   packet_send FILE.jpg PORT FRAMES
#include "rtp.h"

static struct sender sender;

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  FILE* file = fopen(argv[1], "rb");
  if (!file) return 1;
  static uint8_t jpeg[4 << 20];
  const size_t bytes = fread(jpeg, 1, sizeof jpeg, file);
  fclose(file);
  sender_open(&sender, (uint16_t)atoi(argv[2]));
  const unsigned frames = (unsigned)atoi(argv[3]);
  for (unsigned i = 0; i < frames; ++i) {
    packetize(&sender, jpeg, bytes, 1920, 1080);
    send_packets(&sender, 0, sender.packet_count);
  }
  return 0;
}
