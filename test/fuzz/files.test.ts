// Files by the grammar of their format: nothing is thrown that should not be.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ConfigGrammarTarget } from './config-grammar.js';
import { JpegGrammarTarget } from './jpeg-grammar.js';
import { Random } from './random.js';

for (const { target, steps } of [
  { target: new ConfigGrammarTarget(), steps: 3000 },
  { target: new JpegGrammarTarget(), steps: 40_000 },
])
  test(`${target.name}: ${String(steps)} files are read or refused`, () => {
    for (const seed of [1, 2]) {
      const random = new Random(seed);
      for (let i = 0; i < steps / 2; i++) target.step(random);
    }
    assert.ok(target.accepted > 50, String(target.accepted));
  });
