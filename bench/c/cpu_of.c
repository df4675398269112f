// Runs a command and prints what it cost:
// {"userUs":...,"systemUs":...,"wallUs":...,"maxRssKb":...,"stdoutBytes":...}.
//   cpu_of COMMAND [ARGUMENT...]
// What the command writes to standard output is read from a pipe and thrown away; the reading costs this
// process, not the command.
#define _GNU_SOURCE
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now_us(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return now.tv_sec * 1000000LL + now.tv_nsec / 1000;
}

static long long microseconds(struct timeval time) {
  return time.tv_sec * 1000000LL + time.tv_usec;
}

int main(int argc, char** argv) {
  int ends[2];
  if (argc < 2 || pipe(ends) != 0) return 2;
  const long long begin_us = now_us();
  const pid_t child = fork();
  if (child < 0) return 2;
  if (child == 0) {
    dup2(ends[1], STDOUT_FILENO);
    close(ends[0]);
    close(ends[1]);
    execvp(argv[1], argv + 1);
    perror(argv[1]);
    _exit(127);
  }
  close(ends[1]);
  static char buffer[65536];
  long long stdout_bytes = 0;
  for (ssize_t n; (n = read(ends[0], buffer, sizeof buffer)) > 0;) stdout_bytes += n;
  int status = 0;
  struct rusage usage;
  if (wait4(child, &status, 0, &usage) != child) return 2;
  printf("{\"userUs\":%lld,\"systemUs\":%lld,\"wallUs\":%lld,\"maxRssKb\":%ld,\"stdoutBytes\":%lld}\n",
         microseconds(usage.ru_utime), microseconds(usage.ru_stime), now_us() - begin_us, usage.ru_maxrss,
         stdout_bytes);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
