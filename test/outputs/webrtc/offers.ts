const sound = `m=audio 9 UDP/TLS/RTP/SAVPF 111
c=IN IP4 0.0.0.0
a=mid:0
a=sendrecv
a=rtpmap:111 opus/48000/2
`;

/** A section that nobody asked for. */
export const section = sound.replaceAll('\n', '\r\n');

/** What a browser offers, in short: sound, and video of VP8 and H.264 in both packetization modes. */
export function offer(candidates: readonly string[] = []): string {
  const lines = `v=0
o=- 1 2 IN IP4 127.0.0.1
s=-
t=0 0
a=group:BUNDLE 0 1
a=ice-ufrag:abcd
a=ice-pwd:abcdefghijklmnopqrstuvwx
a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}
a=setup:actpass
${sound}m=video 9 UDP/TLS/RTP/SAVPF 96 104 106
c=IN IP4 0.0.0.0
${candidates.map((line) => `${line}\n`).join('')}a=mid:1
a=recvonly
a=rtcp-mux
a=rtcp-rsize
a=extmap:4 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01
a=extmap:5 http://www.webrtc.org/experiments/rtp-hdrext/playout-delay
a=rtpmap:96 VP8/90000
a=rtcp-fb:96 goog-remb
a=rtcp-fb:96 nack
a=rtpmap:104 H264/90000
a=fmtp:104 level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f
a=rtpmap:106 H264/90000
a=rtcp-fb:106 transport-cc
a=rtcp-fb:106 nack
a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f
`;
  return lines.replaceAll('\n', '\r\n');
}
