// What departure times are worth without a runtime: two cameras' bursts sent at their times by
// clock_nanosleep, beside two threads that encode.
//   departures FILE.y4m PORT SECONDS FPS
// The schedule is the streamer's: 8 packets a burst, at even distances over half of a frame's time, at most
// 500 us apart, from 500 us after the begin of the frame's encoding. Prints how much later bursts left, as
// {"bursts":...,"p50Us":...,"p99Us":...} over both cameras.
#define _GNU_SOURCE
#include <pthread.h>
#include <sys/prctl.h>
#include <time.h>

#include "jpeg.h"
#include "rtp.h"
#include "y4m.h"

enum { kCameras = 2, kBurstPackets = 8, kMaxGapUs = 500, kFirstPartUs = 500, kMaxErrors = 1 << 20 };

struct jpeg {
  uint8_t* data;
  size_t bytes;
};

struct camera {
  const struct y4m* y4m;
  const struct jpeg* jpegs;  // of all frames, to be sent; what is encoded meanwhile is the same
  int64_t begin_us, end_us, interval_us;
  struct encoder encoder;
  struct sender sender;
  pthread_mutex_t mutex;
  pthread_cond_t handed_over;
  unsigned frame;        // that is encoded
  int64_t frame_us;      // when its encoding began; 0: handed over
  unsigned ready;        // frames handed over
  int64_t departure_us;  // of the first burst of the last one
  int is_ending;
  int64_t* errors_us;
  unsigned error_count;
};

static int64_t now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static void sleep_until(int64_t time_us) {
  const struct timespec time = {time_us / 1000000, time_us % 1000000 * 1000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) != 0) {
  }
}

// Hands the frame over to the thread that sends, once its first part is there.
static void on_row(void* context) {
  struct camera* camera = context;
  const int64_t time_us = now_us();
  if (camera->frame_us == 0 || time_us - camera->frame_us < kFirstPartUs) return;
  camera->frame_us = 0;
  pthread_mutex_lock(&camera->mutex);
  ++camera->ready;
  camera->departure_us = time_us;
  pthread_cond_signal(&camera->handed_over);
  pthread_mutex_unlock(&camera->mutex);
}

static void* encode_frames(void* context) {
  struct camera* camera = context;
  const struct y4m* y4m = camera->y4m;
  const size_t capacity_bytes = 2 * y4m->frame_bytes;
  uint8_t* jpeg = malloc(capacity_bytes);
  for (;; ++camera->frame) {
    const int64_t due_us = camera->begin_us + camera->frame * camera->interval_us;
    if (due_us > camera->end_us) break;
    sleep_until(due_us);
    camera->frame_us = now_us();
    encode(&camera->encoder, y4m_frame(y4m, camera->frame), y4m->width, y4m->height, jpeg, capacity_bytes,
           on_row, camera);
  }
  pthread_mutex_lock(&camera->mutex);
  camera->is_ending = 1;
  pthread_cond_signal(&camera->handed_over);
  pthread_mutex_unlock(&camera->mutex);
  free(jpeg);
  return NULL;
}

static void send_frame(struct camera* camera, unsigned frame, int64_t first_us) {
  struct sender* sender = &camera->sender;
  const struct jpeg* jpeg = &camera->jpegs[frame % camera->y4m->frames];
  packetize(sender, jpeg->data, jpeg->bytes, camera->y4m->width, camera->y4m->height);
  const unsigned bursts = (sender->packet_count + kBurstPackets - 1) / kBurstPackets;
  const int64_t even_us = camera->interval_us / 2 / bursts;
  const int64_t gap_us = even_us < kMaxGapUs ? even_us : kMaxGapUs;
  for (unsigned i = 0; i < bursts; ++i) {
    const int64_t departure_us = first_us + i * gap_us;
    sleep_until(departure_us);
    if (camera->error_count < kMaxErrors) camera->errors_us[camera->error_count++] = now_us() - departure_us;
    const unsigned left = sender->packet_count - i * kBurstPackets;
    send_packets(sender, i * kBurstPackets, left < kBurstPackets ? left : kBurstPackets);
  }
}

static void* send_frames(void* context) {
  struct camera* camera = context;
  prctl(PR_SET_TIMERSLACK, 1);
  for (unsigned frame = 0;; ++frame) {
    pthread_mutex_lock(&camera->mutex);
    while (camera->ready <= frame && !camera->is_ending)
      pthread_cond_wait(&camera->handed_over, &camera->mutex);
    const int is_over = camera->ready <= frame;
    const int64_t departure_us = camera->departure_us;
    pthread_mutex_unlock(&camera->mutex);
    if (is_over) return NULL;
    send_frame(camera, frame, departure_us);
  }
}

static int compare(const void* a, const void* b) {
  const int64_t x = *(const int64_t*)a, y = *(const int64_t*)b;
  return (x > y) - (x < y);
}

static struct jpeg* encode_all(const struct y4m* y4m) {
  static struct encoder encoder;
  encoder_open(&encoder);
  struct jpeg* jpegs = calloc(y4m->frames, sizeof *jpegs);
  for (unsigned i = 0; i < y4m->frames; ++i) {
    jpegs[i].data = malloc(2 * y4m->frame_bytes);
    jpegs[i].bytes = encode(&encoder, y4m_frame(y4m, i), y4m->width, y4m->height, jpegs[i].data,
                            2 * y4m->frame_bytes, NULL, NULL);
  }
  return jpegs;
}

static void print(const struct camera* cameras) {
  static int64_t errors_us[kCameras * kMaxErrors];
  unsigned count = 0;
  for (unsigned i = 0; i < kCameras; ++i) {
    memcpy(errors_us + count, cameras[i].errors_us, cameras[i].error_count * sizeof *errors_us);
    count += cameras[i].error_count;
  }
  qsort(errors_us, count, sizeof *errors_us, compare);
  printf("{\"bursts\":%u,\"p50Us\":%lld,\"p99Us\":%lld}\n", count, (long long)errors_us[count / 2],
         (long long)errors_us[count / 100 * 99]);
}

int main(int argc, char** argv) {
  if (argc < 5) return 2;
  const struct y4m y4m = y4m_open(argv[1]);
  const struct jpeg* jpegs = encode_all(&y4m);
  static struct camera cameras[kCameras];
  pthread_t encoders[kCameras], senders[kCameras];
  for (unsigned i = 0; i < kCameras; ++i) {
    struct camera* camera = &cameras[i];
    camera->y4m = &y4m;
    camera->jpegs = jpegs;
    camera->begin_us = now_us();
    camera->end_us = camera->begin_us + (int64_t)(atof(argv[3]) * 1e6);
    camera->interval_us = (int64_t)(1e6 / atof(argv[4]));
    camera->errors_us = malloc(kMaxErrors * sizeof *camera->errors_us);
    pthread_mutex_init(&camera->mutex, NULL);
    pthread_cond_init(&camera->handed_over, NULL);
    encoder_open(&camera->encoder);
    sender_open(&camera->sender, (uint16_t)atoi(argv[2]));
    pthread_create(&senders[i], NULL, send_frames, camera);
    pthread_create(&encoders[i], NULL, encode_frames, camera);
  }
  for (unsigned i = 0; i < kCameras; ++i) {
    pthread_join(encoders[i], NULL);
    pthread_join(senders[i], NULL);
  }
  print(cameras);
  return 0;
}
