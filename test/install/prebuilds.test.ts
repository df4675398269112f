// Whether prebuilt addons are noticed that may not be released.
import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { copyFolder, copyParts } from '../helpers/copy.js';
import { projectRoot } from '../helpers/debian13.js';
import { freshPrebuilds } from '../helpers/packed.js';
import { start } from '../helpers/processes.js';

interface Manifest {
  readonly sourceHash: string;
  readonly builtWith: unknown;
  readonly addons: unknown;
}

/** A copy of all that the addons are made of, and of the addons. */
function copySources(context: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-prebuilds-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  copyParts(['native', 'cmake', 'CMakeLists.txt', 'scripts', 'package.json'], folder);
  copyFolder(freshPrebuilds, path.join(folder, 'prebuilds'));
  return folder;
}

async function check(folder: string): Promise<{ code: number; stderr: string }> {
  const process_ = start(process.execPath, [path.join(folder, 'scripts', 'prebuilds.mjs'), '--check']);
  return { code: await process_.exited, stderr: process_.stderr() };
}

test('fresh ones pass; a line more in native/ makes them stale', async (context) => {
  const folder = copySources(context);
  assert.deepEqual(await check(folder), { code: 0, stderr: '' });
  appendFileSync(path.join(folder, 'native', 'core', 'clock.h'), '// changed\n');
  const { code, stderr } = await check(folder);
  assert.equal(code, 1);
  assert.match(stderr, /stale.*\n.*npm run prebuilds/);
});

test('one that is missing or another than in the manifest is named', async (context) => {
  const folder = copySources(context);
  truncateSync(path.join(folder, 'prebuilds', 'linux-x64', 'core.node'), 5000);
  rmSync(path.join(folder, 'prebuilds', 'linux-arm64', 'camera', '0.4.node'));
  const { code, stderr } = await check(folder);
  assert.equal(code, 1);
  assert.match(stderr, /linux-x64\/core\.node is not the one/);
  assert.match(stderr, /linux-arm64\/camera\/0\.4\.node is missing/);
});

test('none at all is said', async (context) => {
  const folder = copySources(context);
  rmSync(path.join(folder, 'prebuilds'), { recursive: true });
  assert.match((await check(folder)).stderr, /manifest\.json is not there/);
});

test('those that were committed are the bytes that their sources give', () => {
  const [committed, fresh] = [path.join(projectRoot, 'prebuilds'), freshPrebuilds].map(
    (folder) => JSON.parse(readFileSync(path.join(folder, 'manifest.json'), 'utf8')) as Manifest,
  );
  assert.ok(committed && fresh);
  // Between releases the sources are others, and later Debian's compiler may be. `--prebuilds-anew` builds them for this.
  if (committed.sourceHash !== fresh.sourceHash || !isDeepStrictEqual(committed.builtWith, fresh.builtWith))
    return;
  assert.deepEqual(committed.addons, fresh.addons);
});
