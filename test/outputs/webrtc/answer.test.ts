import assert from 'node:assert/strict';
import { test } from 'node:test';
import { offeredFormat, readAnswer } from '../../../lib/outputs/webrtc/answer.js';

const candidate = 'a=candidate:1 1 udp 1 192.0.2.1 9 typ host';
const answer = [
  ...['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0'],
  ...['a=ice-ufrag:abcd', 'a=ice-pwd:abcdefghijklmnopqrstuvwx', 'a=setup:active'],
  `a=fingerprint:sha-256 ${Array.from({ length: 32 }, () => 'AB').join(':')}`,
  ...['m=video 9 UDP/TLS/RTP/SAVPF 102', 'c=IN IP4 0.0.0.0', 'a=mid:0', 'a=recvonly', 'a=rtcp-mux'],
  ...['a=extmap:1 http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01'],
  ...['a=rtpmap:102 H264/90000', 'a=fmtp:102 packetization-mode=1;profile-level-id=42e01f', candidate, ''],
].join('\r\n');

test('an answer says how packets are to be marked', () => {
  const result = readAnswer(answer, 'h264');
  assert.ok(result.ok);
  assert.equal(result.value.payloadType, 102);
  assert.deepEqual(result.value.extensionIds, { transportSequence: 1, playoutDelay: 0, absSendTime: 0 });
});

test('an answer without a direction receives, and candidates by name are left out', () => {
  const byName = `${candidate}\r\na=candidate:2 1 udp 1 media.example.org 9 typ host`;
  const result = readAnswer(answer.replace('a=recvonly\r\n', '').replace(candidate, byName), 'h264');
  assert.ok(result.ok);
  assert.deepEqual(result.value.stackSdp.match(/^a=candidate:.*$/gm), [candidate.replace('udp', 'UDP')]);
});

const refused: [name: string, sdp: string, reason: RegExp][] = [
  ['nothing', '', /no session description/],
  ['a web page', '<html>', /no session description/],
  ['no media', 'v=0\r\n', /not about the one video/],
  ['sound', answer.replace('m=video', 'm=audio'), /not about the one video/],
  ['more media', `${answer}m=audio 9 UDP/TLS/RTP/SAVPF 0\r\n`, /not about the one video/],
  ['declined', answer.replace('m=video 9', 'm=video 0'), /declines the video/],
  ['inactive', answer.replace('a=recvonly', 'a=inactive'), /does not want to receive \(inactive\)/],
  ['sending', answer.replace('a=recvonly', 'a=sendonly'), /does not want to receive \(sendonly\)/],
  ['another codec', answer.replace('H264/', 'AV1/'), /does not take H.264/],
  ['another mode', answer.replace('mode=1', 'mode=0'), /does not take H.264/],
  ['an impossible payload type', answer.replaceAll('102', '300'), /does not take H.264/],
  ['a payload type that looks like RTCP', answer.replaceAll('102', '72'), /does not take H.264/],
  ['a payload type with the marker', answer.replaceAll('102', '230'), /does not take H.264/],
  ['a number in place of a codec', answer.replace('H264/90000', '1234/90000'), /does not take H.264/],
  ['a number in place of parameters', answer.replace(/a=fmtp:102 .*/, 'a=fmtp:102 5'), /does not take H.264/],
  ['no fingerprint', answer.replace(/a=fingerprint:.*\r\n/, ''), /no fingerprint/],
  ['no setup', answer.replace('a=setup:active\r\n', ''), /which side begins DTLS/],
  ['no address', answer.replace(candidate, ''), /no UDP address/],
  ['TCP alone', answer.replace('udp', 'tcp'), /no UDP address/],
];
for (const [name, sdp, reason] of refused)
  test(`refused: ${name}`, () => {
    const result = readAnswer(sdp, 'h264');
    assert.ok(!result.ok);
    assert.match(result.reason, reason);
  });

test('answers that are cut or damaged anywhere do not throw', () => {
  for (let i = 0; i < answer.length; i++) {
    readAnswer(answer.slice(0, i), 'h264');
    readAnswer(`${answer.slice(0, i)}\n${answer.slice(i + 3)}`, 'h264');
  }
});

test("the offered level is the lowest that has room for the picture, the browsers' at least", () => {
  const levelOf = (width: number, height: number, fps: number): string | undefined =>
    offeredFormat('h264', { width, height, fps }).profile?.slice(-2);
  assert.equal(offeredFormat('h264', undefined).profile?.slice(-2), '1f');
  assert.equal(levelOf(640, 480, 30), '1f');
  assert.equal(levelOf(1280, 720, 30), '1f');
  assert.equal(levelOf(1280, 720, 60), '20');
  assert.equal(levelOf(1920, 1080, 30), '28');
  assert.equal(levelOf(1920, 1080, 60), '2a');
  assert.equal(levelOf(3840, 2160, 30), '33');
  assert.equal(levelOf(16_383, 16_383, 240), '34');
  assert.equal(offeredFormat('vp8', undefined).profile, undefined);
});
