"""Stops the threads of a process that have this niceness, and no others, until standard input ends.

Each is stopped while it waits for work: stopped elsewhere it could hold a lock that the others need.
"""
import ctypes
import os
import platform
import sys
import time

SEIZE, DETACH, INTERRUPT, WALL = 0x4206, 17, 0x4207, 0x40000000
FUTEX = "202" if platform.machine() == "x86_64" else "98"
pid, nice = int(sys.argv[1]), int(sys.argv[2])
libc = ctypes.CDLL(None, use_errno=True)


def trace(request, thread):
    if libc.ptrace(request, thread, None, None) != 0:
        sys.exit(os.strerror(ctypes.get_errno()))


def read(thread, name):
    with open(f"/proc/{pid}/task/{thread}/{name}") as file:
        return file.read()


def stop(thread):
    trace(SEIZE, thread)
    trace(INTERRUPT, thread)
    os.waitpid(thread, WALL)


for thread in map(int, os.listdir(f"/proc/{pid}/task")):
    if int(read(thread, "stat").rsplit(")", 1)[1].split()[16]) != nice:
        continue
    stop(thread)
    while read(thread, "syscall").split()[0] != FUTEX:
        trace(DETACH, thread)
        time.sleep(0.003)
        stop(thread)
    print(thread, flush=True)
sys.stdin.read()
