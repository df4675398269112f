import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Random } from './random.js';
import { RtcpGrammarTarget } from './rtcp-grammar.js';
import { RtpGrammarTarget } from './rtp-grammar.js';

const rtpSteps = 60_000;
const rtcpSteps = 20_000;
const seeds = [1, 2, 3];

for (const seed of seeds) {
  test(`beside attackers an honest stream comes out as it would alone, and nothing else: seed ${String(seed)}`, () => {
    const target = new RtpGrammarTarget();
    const random = new Random(seed);
    for (let i = 0; i < rtpSteps; i++) target.step(random);
    assert.ok(target.frames > 100, String(target.frames));
  });

  test(`beside forged reports honest ones count as they would alone: seed ${String(seed)}`, () => {
    const target = new RtcpGrammarTarget();
    const random = new Random(seed);
    for (let i = 0; i < rtcpSteps; i++) target.step(random);
    assert.ok(target.reports > 100, String(target.reports));
  });
}
