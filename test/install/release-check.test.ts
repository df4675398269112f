// Whether `npm run release:check` notices that the tarball installs, and does not stream.
import assert from 'node:assert/strict';
import { rmSync, truncateSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { freshPrebuilds } from '../helpers/packed.js';
import { checkRelease, copyRelease } from '../helpers/release-copy.js';

const folder = copyRelease(freshPrebuilds);
after(() => {
  rmSync(folder, { recursive: true });
});

test('one that installs and streams passes', async () => {
  assert.deepEqual(await checkRelease(folder, 'install'), []);
});

test('one that does not stream is found, with what it said', async () => {
  truncateSync(path.join(folder, 'prebuilds', `linux-${process.arch}`, 'core.node'), 5000);
  assert.match((await checkRelease(folder, 'install')).join(), /^install: .*ERR_NATIVE_MISSING/s);
});
