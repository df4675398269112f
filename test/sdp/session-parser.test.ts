import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  describeSession,
  parseSession,
  type DescribedStream,
  type SessionDescriptionOptions,
} from '../../lib/sdp/index.js';

const session = ['v=0', 'o=- 0 0 IN IP4 192.0.2.10', 's=-', 'c=IN IP4 192.0.2.20', 't=0 0'];
const plain: DescribedStream = {
  address: '192.0.2.20',
  port: 5000,
  payloadType: 26,
  clockRateHz: 90_000,
  rtcpPort: 5001,
  headerExtensions: [],
};

function read(lines: readonly string[], lineEnd = '\r\n'): DescribedStream {
  const result = parseSession(lines.map((line) => line + lineEnd).join(''));
  assert.ok(result.ok, result.ok ? '' : result.reason);
  return result.value;
}

const cases: readonly { name: string; media: readonly string[]; expected: Partial<DescribedStream> }[] = [
  { name: 'the static payload type needs no rtpmap', media: ['m=video 5000 RTP/AVP 26'], expected: {} },
  {
    name: 'a payload type of its own',
    media: ['m=video 5000 RTP/AVP 96', 'a=rtpmap:96 JPEG/90000'],
    expected: { payloadType: 96 },
  },
  {
    name: 'JPEG among other formats',
    media: ['m=video 5000 RTP/AVP 96 26 97', 'a=rtpmap:96 H264/90000', 'a=rtpmap:97 VP8/90000'],
    expected: {},
  },
  {
    name: 'the second stream, after one of another kind',
    media: ['m=audio 6000 RTP/AVP 0', 'a=rtcp:7000', 'm=video 5000 RTP/AVP 26'],
    expected: {},
  },
  {
    name: 'an address of its own, with a TTL',
    media: ['m=video 5000 RTP/AVP 26', 'c=IN IP4 239.1.1.1/4'],
    expected: { address: '239.1.1.1' },
  },
  {
    name: 'IPv6',
    media: ['m=video 5000 RTP/AVP 26', 'c=IN IP6 ff15::1'],
    expected: { address: 'ff15::1' },
  },
  { name: 'RTCP elsewhere', media: ['m=video 5000 RTP/AVP 26', 'a=rtcp:6001'], expected: { rtcpPort: 6001 } },
  {
    name: 'RTCP on the same port',
    media: ['m=video 5000 RTP/AVP 26', 'a=rtcp:5000', 'a=rtcp-mux'],
    expected: { rtcpPort: 5000 },
  },
  {
    name: 'size with and without a blank, and the rate',
    media: ['m=video 5000 RTP/AVP 26', 'a=x-dimensions:2592, 1944', 'a=framerate:29.97'],
    expected: { size: { width: 2592, height: 1944 }, frameRate: 29.97 },
  },
  {
    name: 'numbers that are too large are not taken',
    media: ['m=video 5000 RTP/AVP 26', 'a=ssrc:4294967296 cname:x', 'a=x-dimensions:0,480'],
    expected: {},
  },
  {
    name: 'source, header extension and who it comes from',
    media: [
      'm=video 5000 RTP/AVP 26',
      'a=source-filter: incl IN IP4 232.0.0.1 192.0.2.1',
      'a=ssrc:4275878552 cname:camera@pi',
      'a=extmap:3/sendonly urn:example',
    ],
    expected: {
      ssrc: 0xfedcba98,
      sourceAddress: '192.0.2.1',
      headerExtensions: [{ id: 3, uri: 'urn:example' }],
    },
  },
];

for (const { name, media, expected } of cases) {
  test(`a description is read: ${name}`, () => {
    for (const lineEnd of ['\r\n', '\n']) {
      assert.deepEqual(read([...session, ...media], lineEnd), { ...plain, ...expected });
    }
  });
}

test('without bandwidth for it there is no RTCP', () => {
  const { rtcpPort } = read([...session, 'm=video 5000 RTP/AVP 26', 'b=RS:0', 'b=RR:0']);
  assert.equal(rtcpPort, undefined);
});

const refused: readonly (readonly [name: string, text: string, reason: RegExp])[] = [
  ['nothing', '', /v=0/],
  ['a file of another kind', '{"json": true}', /v=0/],
  ['no stream', `${session.join('\n')}\n`, /no stream/],
  ['no video', [...session, 'm=audio 5000 RTP/AVP 0'].join('\n'), /no stream/],
  ['other video', [...session, 'm=video 5000 RTP/AVP 96', 'a=rtpmap:96 H264/90000'].join('\n'), /no stream/],
  ['no address', ['v=0', 'm=video 5000 RTP/AVP 26'].join('\n'), /no address/],
  ['a port of 0', [...session, 'm=video 0 RTP/AVP 26'].join('\n'), /port 0/],
  ['a port of 70000', [...session, 'm=video 70000 RTP/AVP 26'].join('\n'), /port 70000/],
  ['far too long', 'v=0\n'.padEnd(70_000, 'a=x\n'), /64 KiB/],
];

for (const [name, text, reason] of refused) {
  test(`a description is refused: ${name}`, () => {
    const result = parseSession(text);
    assert.ok(!result.ok);
    assert.match(result.reason, reason);
  });
}

test('what is written is read back', () => {
  const options: SessionDescriptionOptions = {
    sessionId: 1,
    sessionVersion: 1,
    originAddress: '192.0.2.10',
    sessionName: 'camera1',
    address: '232.0.0.1',
    multicastTtl: 4,
    sourceAddress: '192.0.2.10',
    port: 5004,
    payloadType: 26,
    clockRateHz: 90_000,
    size: { width: 2592, height: 1944 },
    frameRate: 30,
    rtcpPort: 5004,
    source: { ssrc: 7, cname: 'pi' },
    headerExtensions: [{ id: 1, uri: 'urn:example' }],
  };
  const result = parseSession(describeSession(options));
  assert.deepEqual(result, {
    ok: true,
    value: {
      address: '232.0.0.1',
      port: 5004,
      payloadType: 26,
      clockRateHz: 90_000,
      size: { width: 2592, height: 1944 },
      frameRate: 30,
      rtcpPort: 5004,
      ssrc: 7,
      sourceAddress: '192.0.2.10',
      headerExtensions: [{ id: 1, uri: 'urn:example' }],
    },
  });
});

const line = fc.oneof(
  fc.string({ maxLength: 40 }),
  fc.constantFrom(...session, 'm=video 5000 RTP/AVP 26', 'a=rtcp:5001', 'a=x-dimensions:1,1'),
  fc.string({ maxLength: 20 }).map((text) => `m=video ${text}`),
  fc.string({ maxLength: 20 }).map((text) => `a=rtpmap:${text}`),
);

test('any text is read or refused, and what is read is in range', () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      const result = parseSession(['v=0', ...lines].join('\n'));
      if (!result.ok) return;
      const { port, payloadType, rtcpPort = 1, clockRateHz } = result.value;
      assert.ok(port >= 1 && port <= 65_535 && rtcpPort >= 1 && rtcpPort <= 65_535);
      assert.ok(payloadType >= 0 && payloadType <= 127 && clockRateHz >= 1);
    }),
  );
});
