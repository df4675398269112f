import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { findingIds } from '../../../lib/app/doctor/finding.js';

test('docs/troubleshooting.md has a section for each finding, in their order', () => {
  const page = readFileSync(new URL('../../../docs/troubleshooting.md', import.meta.url), 'utf8');
  const sections = [...page.matchAll(/^### `(.+)`$/gm)].map(([, id]) => id);
  assert.deepEqual(sections, findingIds);
});
