// The frames of a y4m file of 4:2:0, mapped into memory once.
#pragma once
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

struct y4m {
  const uint8_t* file;
  size_t header_bytes;
  size_t frame_bytes;  // planes alone
  unsigned width, height, frames;
};

static const char kFrameLine[] = "FRAME\n";
enum { kFrameLineBytes = sizeof kFrameLine - 1 };

static struct y4m y4m_open(const char* path) {
  struct y4m y4m = {0};
  struct stat status;
  const int descriptor = open(path, O_RDONLY);
  if (descriptor < 0 || fstat(descriptor, &status) != 0) {
    perror(path);
    exit(1);
  }
  y4m.file = mmap(NULL, (size_t)status.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
  close(descriptor);
  if (y4m.file == MAP_FAILED ||
      sscanf((const char*)y4m.file, "YUV4MPEG2 W%u H%u", &y4m.width, &y4m.height) != 2) {
    fprintf(stderr, "%s: not a y4m file\n", path);
    exit(1);
  }
  y4m.header_bytes = (size_t)((const uint8_t*)memchr(y4m.file, '\n', (size_t)status.st_size) + 1 - y4m.file);
  y4m.frame_bytes = (size_t)y4m.width * y4m.height * 3 / 2;
  y4m.frames = (unsigned)(((size_t)status.st_size - y4m.header_bytes) / (y4m.frame_bytes + kFrameLineBytes));
  return y4m;
}

// The luma plane; chroma follows it. Begins again after the last frame.
static const uint8_t* y4m_frame(const struct y4m* y4m, unsigned index) {
  return y4m->file + y4m->header_bytes + (index % y4m->frames) * (y4m->frame_bytes + kFrameLineBytes) +
         kFrameLineBytes;
}
