// Whether `npm run build:ts` compiles again what is not what lib/ gives, and nothing else.
import assert from 'node:assert/strict';
import { appendFileSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { after, test } from 'node:test';
import { freshPrebuilds } from '../helpers/packed.js';
import { runToEnd } from '../helpers/processes.js';
import { copyRelease } from '../helpers/release-copy.js';

const folder = copyRelease(freshPrebuilds);
after(() => {
  rmSync(folder, { recursive: true });
});

const compiled = path.join(folder, 'dist', 'index.js');
const build = (): Promise<string> =>
  runToEnd(process.execPath, [path.join(folder, 'scripts', 'build-ts.mjs')]);

test('nothing is compiled where nothing has changed', async () => {
  const { mtimeMs } = statSync(compiled);
  await build();
  assert.equal(statSync(compiled).mtimeMs, mtimeMs);
});

test('what has changed in lib/ or in dist/ is compiled', async () => {
  const original = readFileSync(compiled, 'utf8');
  appendFileSync(compiled, '// damaged\n');
  writeFileSync(path.join(folder, 'dist', 'left-over.js'), '');
  await build();
  assert.equal(readFileSync(compiled, 'utf8'), original);
  assert.equal(statSync(path.join(folder, 'dist', 'left-over.js'), { throwIfNoEntry: false }), undefined);
  appendFileSync(path.join(folder, 'lib', 'index.ts'), 'export const added = 1;\n');
  await build();
  assert.match(readFileSync(compiled, 'utf8'), /added = 1/);
});
