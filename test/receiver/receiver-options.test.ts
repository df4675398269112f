import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { openReceiver, parseReceiverSource, type ReceiverOptions } from '../../lib/index.js';
import { temporaryFolder } from '../helpers/streamer.js';

const urls: readonly (readonly [string, ReceiverOptions])[] = [
  ['rtp://0.0.0.0:5000', { address: '0.0.0.0', port: 5000 }],
  ['rtp://:5000', { port: 5000 }],
  ['rtp://[::]:5000', { address: '::', port: 5000 }],
  ['rtp://[fe80::1%eth0]:5000/', { address: 'fe80::1%eth0', port: 5000 }],
  ['RTP://239.1.1.1:5004', { address: '239.1.1.1', port: 5004 }],
  ['rtp://pi.local:5000', { address: 'pi.local', port: 5000 }],
];

for (const [url, options] of urls) {
  test(`${url} says where to listen`, () => {
    assert.deepEqual(parseReceiverSource(url), options);
  });
}

for (const url of ['rtp://0.0.0.0', 'http://pi.local:5000', 'rtsp://pi.local/stream', 'rtp://a:b:5000']) {
  test(`${url} is refused`, () => {
    assert.throws(() => parseReceiverSource(url), { code: 'ERR_INVALID_ARGUMENT' });
  });
}

test('a session description says all there is to know', (context) => {
  const file = path.join(temporaryFolder(context), 'camera1.sdp');
  const lines = [
    ...['v=0', 'o=- 1 1 IN IP4 192.0.2.1', 's=-', 'c=IN IP4 232.0.0.1/4', 't=0 0'],
    ...['a=source-filter: incl IN IP4 232.0.0.1 192.0.2.1', 'm=video 5004 RTP/AVP 26', 'a=rtcp:5004'],
    ...['a=rtcp-mux', 'a=x-dimensions:2592,1944', 'a=ssrc:7 cname:x'],
    'a=extmap:3 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time',
  ];
  writeFileSync(file, lines.join('\r\n'));
  assert.deepEqual(parseReceiverSource(file), {
    address: '232.0.0.1',
    port: 5004,
    payloadType: 26,
    rtcp: true,
    rtcpPort: 5004,
    size: { width: 2592, height: 1944 },
    ssrc: 7,
    sourceAddress: '192.0.2.1',
    absCaptureTimeId: 3,
  });
});

test("a unicast description's address is the sender's view: any address is listened on", (context) => {
  const file = path.join(temporaryFolder(context), 'camera1.sdp');
  writeFileSync(file, 'v=0\nc=IN IP6 2001:db8::2\nm=video 5000 RTP/AVP 26\n');
  assert.equal(parseReceiverSource(file).address, '::');
});

test('a file that is missing, or none, is named', (context) => {
  const folder = temporaryFolder(context);
  assert.throws(() => parseReceiverSource(path.join(folder, 'none.sdp')), { code: 'ERR_FILE_NOT_FOUND' });
  writeFileSync(path.join(folder, 'other.sdp'), 'hello');
  assert.throws(() => parseReceiverSource(path.join(folder, 'other.sdp')), {
    code: 'ERR_FILE_FORMAT',
    message: /other\.sdp.*v=0/,
  });
});

const wrong: readonly (readonly [Partial<ReceiverOptions>, RegExp])[] = [
  [{ port: 70_000 }, /port is 0\.\.65535/],
  [{ rtcpPort: 0 }, /rtcpPort is 1\.\.65535/],
  [{ ssrc: -1 }, /ssrc/],
  [{ payloadType: 128 }, /payloadType/],
  [{ size: { width: 0, height: 480 } }, /size\.width/],
  [{ latencyMs: Number.NaN }, /latencyMs/],
  [{ maxFrameBytes: 2 ** 24 + 1 }, /maxFrameBytes/],
  [{ absCaptureTimeId: 15 }, /absCaptureTimeId/],
];

for (const [options, message] of wrong) {
  test(`refused: ${JSON.stringify(options)}`, async () => {
    await assert.rejects(openReceiver({ port: 0, ...options }), { code: 'ERR_INVALID_ARGUMENT', message });
  });
}
