import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readOffer } from '../../../lib/outputs/webrtc/offer.js';
import { offer, section } from './offers.js';

test('of H.264 the baseline profile with packetization mode 1 is chosen', () => {
  const { video, payloadType, profile } = readOffer(offer(), 'h264');
  assert.deepEqual(
    { mid: video.mid, payloadType, profile },
    {
      mid: '1',
      payloadType: 106,
      profile: 'level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
    },
  );
});

test('without the baseline profile another one is taken, but never packetization mode 0', () => {
  const { payloadType } = readOffer(offer().replaceAll('42e01f', '64001f'), 'h264');
  assert.equal(payloadType, 106);
  assert.throws(() => readOffer(offer().replaceAll('packetization-mode=1', 'packetization-mode=0'), 'h264'), {
    code: 'ERR_WEBRTC_OFFER',
    message: /H\.264 \(packetization-mode=1\)/,
  });
});

test('VP8 is found by its name', () => {
  assert.equal(readOffer(offer(), 'vp8').payloadType, 96);
  assert.equal(readOffer(offer().replace('VP8/90000', 'vp8/90000'), 'vp8').payloadType, 96);
});

test('the header extensions that both know are used, with the identifiers of the offer', () => {
  assert.deepEqual(readOffer(offer(), 'vp8').extensionIds, {
    transportSequence: 4,
    playoutDelay: 5,
    absSendTime: 0,
  });
});

test('an identifier that the one-byte form has no room for is not used', () => {
  const { extensionIds } = readOffer(offer().replace('a=extmap:4 ', 'a=extmap:20 '), 'vp8');
  assert.equal(extensionIds.transportSequence, 0);
});

test('transport feedback is used only for the payload type it is offered for', () => {
  assert.equal(readOffer(offer(), 'h264').hasTransportFeedback, true);
  assert.equal(readOffer(offer(), 'vp8').hasTransportFeedback, false);
});

test('candidates by name, by TCP and beyond the 64th are left out', () => {
  const candidates = Array.from(
    { length: 70 },
    (_, i) => `a=candidate:${String(i)} 1 udp 1 127.0.0.1 ${String(9000 + i)} typ host`,
  );
  const others = [
    'a=candidate:a 1 udp 1 4f3c.local 9 typ host',
    'a=candidate:b 1 tcp 1 127.0.0.1 9 typ host tcptype active',
  ];
  const { stackSdp } = readOffer(offer([...others, ...candidates]), 'vp8');
  const left = stackSdp.match(/^a=candidate:.*$/gm) ?? [];
  assert.ok(left.length > 50 && left.length <= 64, String(left.length));
  assert.ok(left.every((line) => line.includes(' UDP 1 127.0.0.1 ')));
});

test('what reaches the WebRTC stack is made of checked values only', () => {
  const hostile = offer(['a=candidate:1 1 udp 1 127.0.0.1 9 typ host ufrag x network-id 1', 'a=x:1'])
    .replace('a=recvonly', 'a=recvonly\r\na=ssrc:1 cname:x\r\na=simulcast:recv 1\r\na=unknown:line')
    .replace('a=mid:1', 'a=mid:{strange}')
    .replace('profile-level-id=42e01f\r\n', 'profile-level-id=42e01f;x=y z;sprop-parameter-sets=AAA\r\n');
  assert.deepEqual(readOffer(hostile, 'h264').stackSdp.trim().split('\r\n'), [
    ...['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', 'a=group:BUNDLE 0'],
    ...['m=video 9 UDP/TLS/RTP/SAVPF 106', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=recvonly', 'a=rtcp-mux'],
    'a=rtpmap:106 H264/90000',
    'a=fmtp:106 level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f',
    ...['a=rtcp-fb:106 nack', 'a=rtcp-fb:106 transport-cc'],
    ...['a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx'],
    `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
    ...['a=setup:actpass', 'a=candidate:1 1 UDP 1 127.0.0.1 9 typ host'],
  ]);
});

test('video without a direction is received, and so is video that waits for its bundle', () => {
  assert.equal(readOffer(offer().replace('a=recvonly\r\n', ''), 'vp8').payloadType, 96);
  const bundled = offer().replace('m=video 9', 'm=video 0').replace('a=mid:1', 'a=bundle-only\r\na=mid:1');
  assert.equal(readOffer(bundled, 'vp8').payloadType, 96);
});

test('64 KiB of what is slow to read are refused without being read again and again', () => {
  const [head, tail] = ['v=0\r\n', 'm=video 9 RTP/SAVPF 96\r\n'.repeat(16)];
  const slow = [
    `${head}m=video 9 RTP/SAVPF 96${' '.repeat(64_000)}!\r\n`,
    `${head}${'\r\n'.repeat(31_000)}${tail}`,
    `${head}${'a=extmap:1 u\r\n'.repeat(4300)}${tail}`,
    `${head}${`a=fingerprint:sha-256 ${'aa:'.repeat(31)}!\r\n`.repeat(500)}${tail}`,
  ];
  const beganMs = performance.now();
  for (let i = 0; i < 20; i++) for (const sdp of slow) assert.throws(() => readOffer(sdp, 'vp8'));
  assert.ok(performance.now() - beganMs < 2000); // 10 s, where each section reads all lines of the session
});

const refused: [name: string, sdp: string, message: RegExp][] = [
  ['nothing', '', /no session description/],
  ['something else', '{"type":"offer"}', /no session description/],
  ['no media', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n', /it has no video/],
  ['sound alone', offer().split('m=video')[0] ?? '', /it has no video/],
  ['video that was turned down', offer().replace('m=video 9', 'm=video 0'), /it has no video/],
  [
    'video to us',
    offer().replace('a=recvonly', 'a=sendonly'),
    /its video is sendonly, so that it would receive nothing/,
  ],
  ['another codec', offer().replaceAll('VP8/90000', 'AV1/90000'), /the camera sends VP8/],
  ['a number in place of a codec', offer().replace('VP8/90000', '1234/90000'), /the camera sends VP8/],
  ['another clock rate', offer().replace('VP8/90000', 'VP8/48000'), /the camera sends VP8/],
  ...['128', '224', '255', '72', '096', '-1', '96.5', '0x60'].map((format): [string, string, RegExp] => [
    `payload type ${format}`,
    offer().replaceAll(' 96 ', ` ${format} `).replaceAll(':96 ', `:${format} `),
    /the camera sends VP8|breaks RFC 8866/,
  ]),
  ['no ICE credentials', offer().replace(/a=ice-pwd:.*\r\n/, ''), /no ICE credentials/],
  ['a password that is too short', offer().replace('abcdefghijklmnopqrstuvwx', 'abc'), /no ICE credentials/],
  ['no fingerprint', offer().replace(/a=fingerprint:.*\r\n/, ''), /no fingerprint/],
  ['a fingerprint of the wrong length', offer().replace('AB:AB', 'AB'), /no fingerprint/],
  ['too many sections', offer() + section.repeat(20), /more than 16/],
];
for (const [name, sdp, message] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(() => readOffer(sdp, 'vp8'), { code: 'ERR_WEBRTC_OFFER', message });
  });
}
