import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseIceCandidate, writeIceCandidate } from '../../lib/sdp/ice-candidate.js';

const written: [text: string, again: string][] = [
  ['candidate:1 1 UDP 1 192.0.2.1 9 typ host', 'candidate:1 1 UDP 1 192.0.2.1 9 typ host'],
  ['a=candidate:1 1 udp 1 2001:db8::1 9 typ host', 'candidate:1 1 UDP 1 2001:db8::1 9 typ host'],
  [
    'candidate:842163049 1 udp 1677729535 198.51.100.7 51556 typ srflx raddr 192.168.1.2 rport 51556 generation 0 ufrag x',
    'candidate:842163049 1 UDP 1677729535 198.51.100.7 51556 typ srflx raddr 0.0.0.0 rport 0',
  ],
];
for (const [text, again] of written) {
  test(`a candidate is written anew: ${text}`, () => {
    const candidate = parseIceCandidate(text);
    assert.ok(candidate);
    assert.equal(writeIceCandidate(candidate), again);
    assert.deepEqual(parseIceCandidate(again), candidate);
  });
}

const useless: [name: string, text: string][] = [
  ['by name', 'candidate:1 1 udp 1 example.com 9 typ host'],
  ['by a name of mDNS', 'candidate:1 1 udp 1 4f3c.local 9 typ host'],
  ['by a name behind tabs', 'candidate:1 1\tUDP\t2122\tlocalhost\t24691\ttyp\thost udp x 127.0.0.1'],
  ['by a number that resolvers take for an address', 'candidate:1 1 udp 1 2130706433 9 typ host'],
  ['by half an address', 'candidate:1 1 udp 1 127.1 9 typ host'],
  ['with a zone', 'candidate:1 1 udp 1 fe80::1%eth0 9 typ host'],
  ['by TCP', 'candidate:1 1 tcp 1 192.0.2.1 9 typ host'],
  ['a group', 'candidate:1 1 udp 1 224.0.0.1 9 typ host'],
  ['a group of IPv6', 'candidate:1 1 udp 1 ff02::1 9 typ host'],
  ['everybody', 'candidate:1 1 udp 1 255.255.255.255 9 typ host'],
  ['nobody', 'candidate:1 1 udp 1 0.0.0.0 9 typ host'],
  ['nobody of IPv6', 'candidate:1 1 udp 1 :: 9 typ host'],
  ['without a port', 'candidate:1 1 udp 1 192.0.2.1 0 typ host'],
  ['with a port too far', 'candidate:1 1 udp 1 192.0.2.1 65536 typ host'],
  ['of another type', 'candidate:1 1 udp 1 192.0.2.1 9 typ x'],
  ['empty', 'candidate:'],
  ['nothing', ''],
];
for (const [name, text] of useless) {
  test(`a candidate of no use: ${name}`, () => {
    assert.equal(parseIceCandidate(text), undefined);
  });
}

test('what follows a candidate is left out', () => {
  const candidate = parseIceCandidate(
    'candidate:1 1 udp 1 192.0.2.1 9 typ host \r\na=candidate:1 1 udp 1 x.y 9 typ host',
  );
  assert.ok(candidate);
  assert.equal(writeIceCandidate(candidate), 'candidate:1 1 UDP 1 192.0.2.1 9 typ host');
});
