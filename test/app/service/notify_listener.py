"""Listens as systemd does: prints each datagram to the socket given, as one line of JSON with its time in seconds."""
import json
import os
import socket
import sys
import time

name = sys.argv[1]
listener = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
listener.bind("\0" + name[1:] if name.startswith("@") else name)
if not name.startswith("@"):
    os.chmod(name, 0o666)
print(json.dumps({"listening": True}), flush=True)
while True:
    text = listener.recv(65536).decode()
    fields = dict(line.split("=", 1) for line in text.split("\n"))
    print(json.dumps({"time": time.monotonic(), "fields": fields}), flush=True)
