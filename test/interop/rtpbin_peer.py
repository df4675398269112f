"""Receives a stream by GStreamer's rtpbin, reports back, and says what it makes of it: a JSON object a line.

Usage: rtpbin_peer.py RTP_PORT RTCP_PORT REPORTS_TO_PORT PICTURES

RTCP_PORT that equals RTP_PORT means one port for both (RFC 5761). Pictures are appended to the file PICTURES as raw
I420, one for each line "picture".
"""

import json
import sys

import gi

gi.require_version("Gst", "1.0")
from gi.repository import GLib, Gst  # noqa: E402

# From 1900, where NTP begins, to 1970.
UNIX_EPOCH_NS = 2_208_988_800 * 10**9
CAPS = "application/x-rtp,media=video,clock-rate=90000,encoding-name=JPEG,payload=26"


def say(event, **values):
    print(json.dumps({"event": event, **values}), flush=True)


def make_pipeline(rtp_port, rtcp_port, reports_to_port):
    is_muxed = rtcp_port == rtp_port
    rtcp_source = "" if is_muxed else f"udpsrc port={rtcp_port} ! bin.recv_rtcp_sink_0"
    pipeline = Gst.parse_launch(
        "rtpbin name=bin latency=50 add-reference-timestamp-meta=true"
        f" udpsrc name=rtp port={rtp_port} buffer-size=4194304 caps={CAPS} ! bin.recv_rtp_sink_0"
        f" {rtcp_source}"
        f" bin.send_rtcp_src_0 ! udpsink name=reports host=127.0.0.1 port={reports_to_port} sync=false async=false"
        " bin. ! rtpjpegdepay name=depay ! jpegdec ! video/x-raw,format=I420"
        " ! appsink name=pictures emit-signals=true sync=false"
    )
    if is_muxed:
        # Reports have to come from the port that the stream goes to.
        source = pipeline.get_by_name("rtp")
        source.set_state(Gst.State.READY)
        reports = pipeline.get_by_name("reports")
        reports.set_property("socket", source.get_property("used-socket"))
        reports.set_property("close-socket", False)
        # Without this pad rtpbin keeps the sender's reports from the jitter buffer.
        pipeline.get_by_name("bin").request_pad_simple("recv_rtcp_sink_0")
    return pipeline


def source_statistics(session, ssrc):
    source = session.emit("get-source-by-ssrc", ssrc)
    statistics = source.get_property("stats")
    names = ("have-sr", "sr-packet-count", "packets-received")
    values = {name: statistics.get_value(name) for name in names}
    return {**values, "cname": source.get_property("sdes").get_string("cname")}


def main():
    rtp_port, rtcp_port, reports_to_port = map(int, sys.argv[1:4])
    Gst.init(None)
    pipeline = make_pipeline(rtp_port, rtcp_port, reports_to_port)
    pictures = open(sys.argv[4], "wb", buffering=0)
    loop = GLib.MainLoop()
    ntp_by_pts = {}

    def on_packet(_pad, info):
        buffer = info.get_buffer()
        meta = buffer.get_reference_timestamp_meta(Gst.Caps.from_string("timestamp/x-ntp"))
        if meta:
            ntp_by_pts[buffer.pts] = meta.timestamp
        return Gst.PadProbeReturn.OK

    def on_picture(sink):
        buffer = sink.emit("pull-sample").get_buffer()
        pictures.write(buffer.extract_dup(0, buffer.get_size()))
        ntp = ntp_by_pts.get(buffer.pts)
        # Microseconds, because JSON's numbers have 53 bits in JavaScript.
        say("picture", captureUnixUs=None if ntp is None else (ntp - UNIX_EPOCH_NS) / 1000)
        return Gst.FlowReturn.OK

    def on_bye(_bin, session, ssrc):
        internal = bin_.emit("get-internal-session", session)
        say("bye", ssrc=ssrc, **source_statistics(internal, ssrc))

    bin_ = pipeline.get_by_name("bin")
    bin_.connect("on-new-ssrc", lambda _bin, _session, ssrc: say("stream", ssrc=ssrc))
    bin_.connect("on-bye-ssrc", on_bye)
    bin_.emit("get-internal-session", 0).set_property("rtcp-min-interval", Gst.SECOND // 2)
    pipeline.get_by_name("depay").get_static_pad("sink").add_probe(Gst.PadProbeType.BUFFER, on_packet)
    pipeline.get_by_name("pictures").connect("new-sample", on_picture)
    bus = pipeline.get_bus()
    bus.add_signal_watch()
    bus.connect("message::error", lambda _bus, message: sys.exit(str(message.parse_error())))
    pipeline.set_state(Gst.State.PLAYING)
    loop.run()


main()
