// A minute of what `npm run soak` does for hours.
import assert from 'node:assert/strict';
import { before } from 'node:test';
import { buildInDebian13, buildTimeoutMs } from '../helpers/debian13.js';
import { goFirst } from '../helpers/two-cameras.js';
import { soak } from '../soak/soak.js';
import { inFull } from '../helpers/full.js';

before(buildInDebian13, { timeout: buildTimeoutMs });

inFull('a minute of faults, viewers and previews', { timeout: 180_000 }, async (context) => {
  goFirst();
  const onProgress = (line: string): void => {
    context.diagnostic(line);
  };
  const report = await soak({ minutes: 1, seed: 1, onProgress });
  assert.deepEqual(report.failures, [], JSON.stringify(report));
});
