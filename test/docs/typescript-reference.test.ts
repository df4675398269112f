import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../helpers/debian13.js';
import { start } from '../helpers/processes.js';
import { temporaryFolder } from '../helpers/streamer.js';

/** The pages in a folder by their names. */
function pagesIn(folder: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(path.join(folder, name), 'utf8')]),
  );
}

test('the reference of the TypeScript API is up to date (if not: npm run generate)', async (context) => {
  const folder = temporaryFolder(context);
  const typedoc = start('npx', ['typedoc', '--out', folder], { cwd: projectRoot });
  assert.equal(await typedoc.exited, 0, typedoc.stdout() + typedoc.stderr());
  assert.deepEqual(pagesIn(path.join(projectRoot, 'docs', 'typescript')), pagesIn(folder));
});
