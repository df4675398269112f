import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fuzz } from './fuzz.js';
import { Random } from './random.js';
import { SdpGrammarTarget } from './sdp-grammar.js';

// More of it: npm run fuzz.
test('200,000 damaged packets: nothing is thrown, and frames come through all the same', () => {
  for (const seed of [1, 2]) {
    const { frames } = fuzz(seed, 100_000);
    assert.ok(frames > 100, String(frames));
  }
});

for (const seed of [1, 2]) {
  test(`5,000 offers, answers and candidates by their grammar, seed ${String(seed)}: only checked values pass`, () => {
    const [random, target] = [new Random(seed), new SdpGrammarTarget()];
    for (let i = 0; i < 5000; i++) target.step(random);
    assert.ok(target.taken > 500, String(target.taken));
  });
}
