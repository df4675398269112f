import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { streamed } from './camera-source.js';
import { familiesOf, metricsOf } from './scraped.js';

test('docs/metrics.md has the name, type and labels of each metric, and no others', async (context) => {
  const camera = await streamed('a', 5, { rate: { maxBitrateKbps: 2000 } });
  const { text } = await metricsOf(context, {
    cameras: () => [camera],
    skew: () => ({ lastUs: 0, p50Us: 0, p99Us: 0, pairs: 1 }),
  }).render();
  const page = readFileSync(new URL('../../docs/metrics.md', import.meta.url), 'utf8');
  const rows = Array.from(
    page.matchAll(/^\| `(\w+)` +\| (\w+) +\| ([^|]*?) +\| [^|]*\|$/gm),
    ([, name = '', type = '', labels = '']) => ({ name, type, labels }),
  );
  const families = familiesOf(text);
  assert.deepEqual(
    rows.map(({ name, type }) => `${name} ${type}`).toSorted(),
    Array.from(families, ([name, type]) => `${name} ${type}`).toSorted(),
  );
  for (const { name, labels } of rows) {
    const [, rendered] = new RegExp(`^${name}(?:_count)?(?:\\{(.*)\\})? \\S+$`, 'm').exec(text) ?? [];
    if (name.includes('_receiver_')) continue; // nobody reports here
    const names = Array.from((rendered ?? '').matchAll(/(\w+)=/g), ([, label]) => `\`${label ?? ''}\``);
    assert.equal(labels, names.join(', '), name);
  }
});
