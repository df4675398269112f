// The least that work from raw frame to wire can cost: libjpeg-turbo and UDP_SEGMENT, one thread, no waiting.
//   encode_send FILE.y4m PORT FRAMES
#include "jpeg.h"
#include "rtp.h"
#include "y4m.h"

static struct encoder encoder;
static struct sender sender;

int main(int argc, char** argv) {
  if (argc < 4) return 2;
  const struct y4m y4m = y4m_open(argv[1]);
  const size_t capacity_bytes = y4m.frame_bytes * 2;
  uint8_t* jpeg = malloc(capacity_bytes);
  encoder_open(&encoder);
  sender_open(&sender, (uint16_t)atoi(argv[2]));
  const unsigned frames = (unsigned)atoi(argv[3]);
  for (unsigned i = 0; i < frames; ++i) {
    const size_t bytes =
        encode(&encoder, y4m_frame(&y4m, i), y4m.width, y4m.height, jpeg, capacity_bytes, NULL, NULL);
    packetize(&sender, jpeg, bytes, y4m.width, y4m.height);
    send_packets(&sender, 0, sender.packet_count);
  }
  return 0;
}
