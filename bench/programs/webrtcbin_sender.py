"""The test pattern by GStreamer's webrtcbin, to one who asks for it as by WHEP. Prints its port, runs until it is ended.

Usage: webrtcbin_sender.py h264|vp8 WIDTH HEIGHT BITRATE

The picture and its mark, which tells when it was taken, are the streamer's (native/sources/test_pattern.cpp).
"""

import json
import re
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import gi
import numpy as np

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import Gst, GstSdp, GstWebRTC  # noqa: E402

FPS = 30
CELL, CELLS = 16, 8


def crc8(value):
    crc = 0
    for byte in value:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ (7 if crc & 0x80 else 0)) & 0xFF
    return crc


class Pattern:
    def __init__(self, width, height):
        self.width, self.height = width, height
        u, v = np.meshgrid(np.arange(width) / width - 0.5, np.arange(height) / height - 0.5)
        turn = 2 * np.pi
        rings = np.cos(turn * 40 * ((u * width / height) ** 2 + v**2))
        luma = 128 + 60 * rings + 50 * np.sin(turn * (2 * u + v))
        turns, fade = np.meshgrid(np.arange(width // 2) / (width // 2), 0.4 + 0.6 * np.arange(height // 2) / (height // 2))
        chroma = [128 + 100 * fade * np.cos(turn * (turns + part)) for part in (0, 0.25)]
        self.planes = [np.tile(np.clip(np.rint(plane), 0, 255).astype(np.uint8), 2) for plane in [luma, *chroma]]

    def frame(self, sequence, capture_us):
        shift = sequence % (self.width // 2)
        luma = self.planes[0][:, 2 * shift : 2 * shift + self.width].copy()
        content = ((sequence & 0xFFFFFF) << 32 | capture_us & 0xFFFFFFFF).to_bytes(7, "big")
        bits = np.unpackbits(np.frombuffer(content + bytes([crc8(content)]), np.uint8)).reshape(CELLS, CELLS)
        luma[: CELL * CELLS, : CELL * CELLS] = np.kron(np.where(bits, 224, 32).astype(np.uint8), np.ones((CELL, CELL), np.uint8))
        parts = [luma]
        for plane in self.planes[1:]:
            part = plane[:, shift : shift + self.width // 2].copy()
            part[: CELL * CELLS // 2, : CELL * CELLS // 2] = 128
            parts.append(part)
        return b"".join(part.tobytes() for part in parts)


class Sender:
    def __init__(self, codec, width, height, bitrate):
        self.codec, self.pattern = codec, Pattern(width, height)
        self.caps = f"video/x-raw,format=I420,width={width},height={height},framerate={FPS}/1,colorimetry=bt601"
        self.encoder = {
            "h264": f"openh264enc complexity=low rate-control=bitrate bitrate={bitrate} gop-size=300"
            " ! video/x-h264,profile=constrained-baseline ! rtph264pay config-interval=-1 aggregate-mode=zero-latency mtu=1200",
            "vp8": f"vp8enc deadline=1 cpu-used=-8 target-bitrate={bitrate} end-usage=cbr keyframe-max-dist=300"
            " ! rtpvp8pay mtu=1200 picture-id-mode=15-bit",
        }[codec]

    def answer(self, offer):
        kind = "H264/90000" if self.codec == "h264" else "VP8/90000"
        for payload_type in re.findall(rf"a=rtpmap:(\d+) {kind}", offer):
            parameters = re.search(rf"a=fmtp:{payload_type} (.*)", offer)
            if self.codec == "vp8" or re.search("packetization-mode=1.*42e0", parameters.group(1)):
                break
        self.pipeline = Gst.parse_launch(
            f"appsrc name=source is-live=true do-timestamp=true format=time max-buffers=2 leaky-type=downstream"
            f" caps={self.caps} ! {self.encoder} ! application/x-rtp,payload={payload_type}"
            " ! webrtcbin name=peer bundle-policy=max-bundle latency=0"
        )
        peer = self.pipeline.get_by_name("peer")
        gathered = threading.Event()

        def on_gathering(*_):
            if peer.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
                gathered.set()

        peer.connect("notify::ice-gathering-state", on_gathering)
        self.pipeline.set_state(Gst.State.PLAYING)
        threading.Thread(target=self.push, daemon=True).start()
        _, message = GstSdp.SDPMessage.new_from_text(offer)
        self.ask(peer, "set-remote-description", GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.OFFER, message))
        reply = self.ask(peer, "create-answer", None)  # the answer is the reply's: both have to stay
        self.ask(peer, "set-local-description", reply.get_value("answer"))
        gathered.wait(5)
        return peer.get_property("local-description").sdp.as_text()

    @staticmethod
    def ask(peer, signal, argument):
        promise = Gst.Promise.new()
        peer.emit(signal, argument, promise)
        promise.wait()
        return promise.get_reply()

    def push(self):
        source = self.pipeline.get_by_name("source")
        begin = time.monotonic()
        for sequence in range(FPS * 120):
            time.sleep(max(0, begin + sequence / FPS - time.monotonic()))
            capture_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
            source.emit("push-buffer", Gst.Buffer.new_wrapped(self.pattern.frame(sequence, capture_us)))


class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.reply(200, "text/plain", "ok")

    def do_POST(self):
        offer = self.rfile.read(int(self.headers["Content-Length"])).decode()
        self.reply(201, "application/sdp", sender.answer(offer))

    def do_DELETE(self):
        self.reply(200, "text/plain", "")

    def reply(self, status, kind, text):
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(text)))
        self.send_header("Location", "/session")
        self.end_headers()
        self.wfile.write(text.encode())

    def log_message(self, *_):
        pass


Gst.init(None)
sender = Sender(sys.argv[1], *map(int, sys.argv[2:5]))
server = HTTPServer(("127.0.0.1", 0), Handler)
print(json.dumps({"port": server.server_port}), flush=True)
server.serve_forever()
