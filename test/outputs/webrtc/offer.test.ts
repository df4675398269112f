import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isUsableCandidate, readOffer } from '../../../lib/outputs/webrtc/offer.js';
import { offer, section } from './offers.js';

test('of H.264 the baseline profile with packetization mode 1 is chosen', () => {
  const { mid, payloadType, profile } = readOffer(offer(), 'h264');
  assert.deepEqual(
    { mid, payloadType, profile },
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

test('other media are answered as inactive', () => {
  const { sdp } = readOffer(offer(), 'vp8');
  const [, audio = '', video = ''] = sdp.split(/^m=/m);
  assert.match(audio, /^a=inactive$/m);
  assert.match(video, /^a=recvonly$/m);
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
  const { sdp } = readOffer(offer([...others, ...candidates]), 'vp8');
  const left = sdp.match(/^a=candidate:.*$/gm) ?? [];
  assert.ok(left.length > 50 && left.length <= 64, String(left.length));
  assert.ok(left.every((line) => line.includes(' udp 1 127.0.0.1 ')));
});

test('a candidate is an address, of either family', () => {
  assert.equal(isUsableCandidate('candidate:1 1 UDP 1 192.0.2.1 9 typ host'), true);
  assert.equal(isUsableCandidate('candidate:1 1 udp 1 2001:db8::1 9 typ host'), true);
  for (const useless of [
    'candidate:1 1 udp 1 example.com 9 typ host',
    'candidate:1 1 tcp 1 192.0.2.1 9 typ host',
    'candidate:',
    '',
    'x',
  ])
    assert.equal(isUsableCandidate(useless), false, useless);
});

const refused: [name: string, sdp: string, message: RegExp][] = [
  ['nothing', '', /no session description/],
  ['something else', '{"type":"offer"}', /no session description/],
  ['no media', 'v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n', /it has no video/],
  ['sound alone', offer().split('m=video')[0] ?? '', /it has no video/],
  ['video that was turned down', offer().replace('m=video 9', 'm=video 0'), /it has no video/],
  ['video to us', offer().replace('a=recvonly', 'a=sendonly'), /to send video, not to receive/],
  ['another codec', offer().replaceAll('VP8/90000', 'AV1/90000'), /the camera sends VP8/],
  ['too many sections', offer() + section.repeat(20), /more than 16/],
];
for (const [name, sdp, message] of refused) {
  test(`refused: ${name}`, () => {
    assert.throws(() => readOffer(sdp, 'vp8'), { code: 'ERR_WEBRTC_OFFER', message });
  });
}
