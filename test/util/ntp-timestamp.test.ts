import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ntpFraction, ntpSeconds } from '../../lib/util/ntp-timestamp.js';

for (const [name, unixUs, seconds, fraction] of [
  ['1970', 0, 2_208_988_800, 0],
  ['half a second later', 500_000, 2_208_988_800, 0x8000_0000],
  ['the last microsecond of a second', 999_999, 2_208_988_800, 0xffff_ef39],
  ['the last second before the wrap in 2036', 2_085_978_495e6, 0xffff_ffff, 0],
  ['the wrap', 2_085_978_496e6, 0, 0],
] as const) {
  test(name, () => {
    assert.deepEqual([ntpSeconds(unixUs), ntpFraction(unixUs)], [seconds, fraction]);
  });
}
