"""Receives a stream by OpenCV and GStreamer, and prints the mean brightness of each frame, 0 to 255.

Needs Debian's python3-opencv and gstreamer1.0-plugins-good; the wheels of pip are built without GStreamer.

    /usr/bin/python3 examples/receive.py
    /usr/bin/python3 examples/receive.py --port 5002 --count 300
"""

import argparse
import sys

import cv2

options = argparse.ArgumentParser()
options.add_argument("--port", type=int, default=5000)
options.add_argument("--count", type=int, default=100)
arguments = options.parse_args()

# The appsink keeps the newest frame only, so that a slow program never falls behind.
camera = cv2.VideoCapture(
    f'udpsrc port={arguments.port} caps="application/x-rtp,encoding-name=JPEG,payload=26"'
    " ! rtpjpegdepay ! jpegdec ! videoconvert ! video/x-raw,format=BGR"
    " ! appsink drop=true max-buffers=1 sync=false",
    cv2.CAP_GSTREAMER,
)
if not camera.isOpened():
    sys.exit("no pipeline: is this an OpenCV with GStreamer? cv2.getBuildInformation() tells")

for _ in range(arguments.count):
    ok, image = camera.read()
    if not ok:
        sys.exit("the stream has ended")
    height, width, _ = image.shape
    print(f"{width}x{height} brightness {image.mean():.1f}", flush=True)
camera.release()
