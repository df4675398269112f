import assert from 'node:assert/strict';
import { isIP } from 'node:net';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseIpAddress } from '../../lib/sdp/ip-address.js';

const multicast = ['224.0.0.1', '232.1.2.3', '239.255.255.255', 'ff02::1', 'FF3E::8000:1', 'ff12::'];
const unicast = [
  '0.0.0.0',
  '127.0.0.1',
  '223.1.1.1',
  '240.0.0.1',
  '::',
  '::1',
  '2001:db8::1',
  'fe80::1',
  'ff2::1',
];

for (const [addresses, isMulticast] of [
  [multicast, true],
  [unicast, false],
] as const) {
  for (const text of addresses) {
    test(`${text} is ${isMulticast ? 'multicast' : 'unicast'}`, () => {
      assert.deepEqual(parseIpAddress(text), { text, version: isIP(text), isMulticast });
    });
  }
}

// Pieces of addresses, so that many a random text is one.
const pieces = fc.constantFrom(
  '0',
  '1',
  '255',
  '256',
  '01',
  'ff',
  'ffff',
  '12345',
  'g',
  '::',
  ':',
  '.',
  '1.2.3.4',
  ' ',
);
const group = fc.constantFrom('0', '1', 'ff02', 'db8', 'ABCD');
const texts = fc.oneof(
  fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join('')),
  fc.array(group, { minLength: 6, maxLength: 9 }).map((parts) => parts.join(':')),
  fc
    .tuple(
      fc.array(group, { maxLength: 6 }),
      fc.array(group, { maxLength: 6 }),
      fc.constantFrom('', ':1.2.3.4', '1.2.3.4'),
    )
    .map(([front, back, end]) => `${front.join(':')}::${back.join(':')}${end}`),
  fc.ipV4(),
  fc.ipV6(),
);

test('the texts that Node takes for an address are one, and no others', () => {
  fc.assert(
    fc.property(texts, (text) => {
      assert.equal(parseIpAddress(text)?.version ?? 0, isIP(text), text);
    }),
    { numRuns: 20_000 },
  );
});
