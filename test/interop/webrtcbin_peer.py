"""Watches a camera by WHEP with GStreamer's webrtcbin, and says what comes: a JSON object a line.

Usage: webrtcbin_peer.py WHEP_URL h264|vp8 FRAMES PICTURES

With a WHEP_URL of "-" it is the other way round, as with WHIP: the offer is what comes by standard input, and the answer
is a line "answer".

Pictures are appended to the file PICTURES as raw I420, one for each line "picture" with its size and the time it came.
"""

import json
import sys
import time
import urllib.parse
import urllib.request

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstWebRTC", "1.0")
gi.require_version("GstSdp", "1.0")
from gi.repository import GLib, Gst, GstSdp, GstWebRTC  # noqa: E402

CAPS = {
    "h264": "application/x-rtp,media=video,encoding-name=H264,payload=96,clock-rate=90000,"
    "packetization-mode=(string)1,profile-level-id=(string)42e01f",
    "vp8": "application/x-rtp,media=video,encoding-name=VP8,payload=96,clock-rate=90000",
}
DECODERS = {"h264": "rtph264depay ! avdec_h264", "vp8": "rtpvp8depay ! vp8dec"}


def say(event, **values):
    print(json.dumps({"event": event, **values}), flush=True)


class Watcher:
    def __init__(self, url, codec, frames, pictures):
        self.url, self.codec, self.frames = url, codec, frames
        self.pictures = open(pictures, "wb")
        self.loop = GLib.MainLoop()
        self.session = None
        self.pipeline = Gst.Pipeline()
        self.webrtc = Gst.ElementFactory.make("webrtcbin")
        self.webrtc.set_property("bundle-policy", GstWebRTC.WebRTCBundlePolicy.MAX_BUNDLE)
        self.webrtc.set_property("latency", 0)
        self.pipeline.add(self.webrtc)
        self.webrtc.connect("pad-added", self.on_pad)
        self.webrtc.connect("notify::ice-gathering-state", self.on_gathering)
        direction = GstWebRTC.WebRTCRTPTransceiverDirection.RECVONLY
        self.webrtc.emit("add-transceiver", direction, Gst.Caps.from_string(CAPS[codec]))

    def run(self):
        self.pipeline.set_state(Gst.State.PLAYING)
        GLib.timeout_add(100, self.answer if self.url == "-" else self.offer)
        GLib.timeout_add_seconds(30, self.loop.quit)
        self.loop.run()
        if self.session:
            request = urllib.request.Request(self.session, method="DELETE")
            say("left", status=urllib.request.urlopen(request).status)
        self.pipeline.set_state(Gst.State.NULL)

    def offer(self):
        promise = Gst.Promise.new()
        self.webrtc.emit("create-offer", None, promise)
        promise.wait()
        reply = promise.get_reply()
        self.webrtc.emit("set-local-description", reply.get_value("offer"), Gst.Promise.new())
        return False

    def answer(self):
        _, message = GstSdp.SDPMessage.new_from_text(sys.stdin.read())
        offer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.OFFER, message)
        self.describe("set-remote-description", offer)
        promise = Gst.Promise.new()
        self.webrtc.emit("create-answer", None, promise)
        promise.wait()
        reply = promise.get_reply()
        self.describe("set-local-description", reply.get_value("answer"))
        return False

    def describe(self, signal, description):
        promise = Gst.Promise.new()
        self.webrtc.emit(signal, description, promise)
        promise.wait()

    def on_gathering(self, webrtc, _):
        if webrtc.get_property("ice-gathering-state") == GstWebRTC.WebRTCICEGatheringState.COMPLETE:
            GLib.idle_add(self.join)

    def join(self):
        offer = self.webrtc.get_property("local-description").sdp.as_text()
        if self.url == "-":
            say("answer", sdp=offer)
            return False
        headers = {"Content-Type": "application/sdp"}
        request = urllib.request.Request(self.url, data=offer.encode(), headers=headers)
        with urllib.request.urlopen(request) as response:
            self.session = urllib.parse.urljoin(self.url, response.headers["Location"])
            _, message = GstSdp.SDPMessage.new_from_text(response.read().decode())
        say("joined")
        answer = GstWebRTC.WebRTCSessionDescription.new(GstWebRTC.WebRTCSDPType.ANSWER, message)
        self.webrtc.emit("set-remote-description", answer, Gst.Promise.new())
        return False

    def on_pad(self, _, pad):
        if pad.get_direction() != Gst.PadDirection.SRC:
            return
        sink = Gst.parse_bin_from_description(
            f"{DECODERS[self.codec]} ! videoconvert ! video/x-raw,format=I420"
            " ! appsink name=pictures emit-signals=true sync=false",
            True,
        )
        sink.get_by_name("pictures").connect("new-sample", self.on_picture)
        self.pipeline.add(sink)
        sink.sync_state_with_parent()
        pad.link(sink.get_static_pad("sink"))

    def on_picture(self, sink):
        now_us = time.clock_gettime_ns(time.CLOCK_MONOTONIC) // 1000
        sample = sink.emit("pull-sample")
        structure = sample.get_caps().get_structure(0)
        _, view = sample.get_buffer().map(Gst.MapFlags.READ)
        self.pictures.write(view.data)
        self.pictures.flush()
        sample.get_buffer().unmap(view)
        say("picture", width=structure.get_value("width"), height=structure.get_value("height"), nowUs=now_us)
        self.frames -= 1
        if self.frames == 0:
            GLib.idle_add(self.loop.quit)
        return Gst.FlowReturn.OK


Gst.init(None)
Watcher(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4]).run()
