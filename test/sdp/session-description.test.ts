import assert from 'node:assert/strict';
import { test } from 'node:test';
import { describeSession, type SessionDescriptionOptions } from '../../lib/sdp/index.js';

const stream: SessionDescriptionOptions = {
  sessionId: 3_998_990_800,
  sessionVersion: 2,
  originAddress: '192.0.2.10',
  sessionName: 'camera1 · Küche',
  address: '192.0.2.20',
  port: 5000,
  payloadType: 26,
  clockRateHz: 90_000,
};

/** A description as it stands in a file. */
function lines(text: string): string {
  return text.trim().replaceAll(/\n\s*/g, '\r\n') + '\r\n';
}

const descriptions = [
  {
    name: 'a unicast stream with all there is to say',
    options: {
      size: { width: 2592, height: 1944 },
      frameRate: 29.97,
      rtcpPort: 5001,
      source: { ssrc: 0xfedcba98, cname: 'camera@pi' },
      headerExtensions: [{ id: 1, uri: 'http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time' }],
    },
    expected: `
      v=0
      o=- 3998990800 2 IN IP4 192.0.2.10
      s=camera1 · Küche
      c=IN IP4 192.0.2.20
      t=0 0
      m=video 5000 RTP/AVP 26
      a=rtpmap:26 JPEG/90000
      a=x-dimensions:2592,1944
      a=framerate:29.97
      a=recvonly
      a=rtcp:5001
      a=ssrc:4275878552 cname:camera@pi
      a=extmap:1 http://www.webrtc.org/experiments/rtp-hdrext/abs-capture-time
    `,
  },
  {
    name: 'a stream without RTCP and with nothing more than has to be said',
    options: {},
    expected: `
      v=0
      o=- 3998990800 2 IN IP4 192.0.2.10
      s=camera1 · Küche
      c=IN IP4 192.0.2.20
      t=0 0
      m=video 5000 RTP/AVP 26
      b=RS:0
      b=RR:0
      a=rtpmap:26 JPEG/90000
      a=recvonly
    `,
  },
  {
    name: 'RTP and RTCP on one port',
    options: { rtcpPort: 5000 },
    expected: `
      v=0
      o=- 3998990800 2 IN IP4 192.0.2.10
      s=camera1 · Küche
      c=IN IP4 192.0.2.20
      t=0 0
      m=video 5000 RTP/AVP 26
      a=rtpmap:26 JPEG/90000
      a=recvonly
      a=rtcp:5000
      a=rtcp-mux
    `,
  },
  {
    name: 'IPv6',
    options: { originAddress: '2001:db8::10', address: '2001:db8::20', rtcpPort: 5001, frameRate: 30 },
    expected: `
      v=0
      o=- 3998990800 2 IN IP6 2001:db8::10
      s=camera1 · Küche
      c=IN IP6 2001:db8::20
      t=0 0
      m=video 5000 RTP/AVP 26
      a=rtpmap:26 JPEG/90000
      a=framerate:30
      a=recvonly
      a=rtcp:5001
    `,
  },
  {
    name: 'source-specific multicast with a TTL',
    options: { address: '232.1.2.3', multicastTtl: 16, sourceAddress: '192.0.2.10', rtcpPort: 5001 },
    expected: `
      v=0
      o=- 3998990800 2 IN IP4 192.0.2.10
      s=camera1 · Küche
      c=IN IP4 232.1.2.3/16
      t=0 0
      a=source-filter: incl IN IP4 232.1.2.3 192.0.2.10
      m=video 5000 RTP/AVP 26
      a=rtpmap:26 JPEG/90000
      a=recvonly
      a=rtcp:5001
    `,
  },
  {
    name: 'source-specific multicast by IPv6, which has no TTL',
    options: { address: 'ff3e::8000:1', multicastTtl: 16, sourceAddress: '2001:db8::10', rtcpPort: 5001 },
    expected: `
      v=0
      o=- 3998990800 2 IN IP4 192.0.2.10
      s=camera1 · Küche
      c=IN IP6 ff3e::8000:1
      t=0 0
      a=source-filter: incl IN IP6 ff3e::8000:1 2001:db8::10
      m=video 5000 RTP/AVP 26
      a=rtpmap:26 JPEG/90000
      a=recvonly
      a=rtcp:5001
    `,
  },
];

for (const { name, options, expected } of descriptions) {
  test(`${name} is described`, () => {
    assert.equal(describeSession({ ...stream, ...options }), lines(expected));
  });
}

const connections = [
  {
    name: 'multicast passes no router where nothing else is said',
    address: '239.255.0.1',
    line: '239.255.0.1/1',
  },
  { name: 'the lowest multicast address has a TTL', address: '224.0.0.1', line: '224.0.0.1/1' },
  { name: 'an address below multicast has no TTL', address: '223.255.255.255', line: '223.255.255.255' },
  { name: 'an address above multicast has no TTL', address: '240.0.0.1', line: '240.0.0.1' },
];

for (const { name, address, line } of connections) {
  test(name, () => {
    assert.ok(describeSession({ ...stream, address }).includes(`\r\nc=IN IP4 ${line}\r\n`));
  });
}

test('a frame rate is written with digits alone', () => {
  const rates = [30_000 / 1001, 0.1 + 0.2, 0.001, 1e6].map(
    (frameRate) => /a=framerate:(.*)\r/.exec(describeSession({ ...stream, frameRate }))?.[1],
  );
  assert.deepEqual(rates, ['29.97', '0.3', '0.001', '1000000']);
});

const refused: { name: string; options: Partial<SessionDescriptionOptions> }[] = [
  { name: 'a line in the session name', options: { sessionName: 'camera1\r\na=inactive' } },
  { name: 'a line feed in the session name', options: { sessionName: 'camera1\n' } },
  { name: 'a zero in the session name', options: { sessionName: 'camera\0' } },
  { name: 'no session name', options: { sessionName: '' } },
  { name: 'a line in the CNAME', options: { source: { ssrc: 1, cname: 'x\ry' } } },
  { name: 'a line in the name of an extension', options: { headerExtensions: [{ id: 1, uri: 'x\ny' }] } },
  { name: 'a host name', options: { address: 'receiver.example' } },
  { name: 'a line in an address', options: { originAddress: '192.0.2.1\r\na=x' } },
  { name: 'an address with a zone', options: { address: 'fe80::1%eth0' } },
  { name: 'port 0', options: { port: 0 } },
  { name: 'port 65536', options: { rtcpPort: 65_536 } },
  { name: 'a fraction of a port', options: { port: 5000.5 } },
  { name: 'payload type 128', options: { payloadType: 128 } },
  { name: 'TTL 256', options: { address: '239.1.2.3', multicastTtl: 256 } },
  { name: 'no clock', options: { clockRateHz: 0 } },
  { name: 'a picture without width', options: { size: { width: 0, height: 480 } } },
  { name: 'a frame rate of 0', options: { frameRate: 0 } },
  { name: 'a frame rate that is no number', options: { frameRate: NaN } },
  { name: 'an SSRC of 33 bits', options: { source: { ssrc: 2 ** 32, cname: 'x' } } },
  { name: 'extension 15', options: { headerExtensions: [{ id: 15, uri: 'urn:x' }] } },
  { name: 'a negative session', options: { sessionId: -1 } },
  { name: 'a source of a unicast stream', options: { sourceAddress: '192.0.2.10' } },
  {
    name: 'an IPv6 source of an IPv4 group',
    options: { address: '232.1.2.3', sourceAddress: '2001:db8::10' },
  },
  { name: 'a group as source of a group', options: { address: '232.1.2.3', sourceAddress: '232.1.2.4' } },
];

for (const { name, options } of refused) {
  test(`${name} is refused`, () => {
    assert.throws(() => describeSession({ ...stream, ...options }), {
      name: 'StreamerError',
      code: 'ERR_INVALID_ARGUMENT',
    });
  });
}
