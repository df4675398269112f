import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { errorCodes, StreamerError } from '../../lib/errors/index.js';

const root = path.join(import.meta.dirname, '../..');
const registered = Object.keys(errorCodes).sort();

interface Section {
  readonly code: string;
  readonly meaning: string;
  readonly remedy: string;
}

/** The sections of docs/errors.md, with their first two paragraphs in one line each. */
function documentedCodes(): Section[] {
  const page = readFileSync(path.join(root, 'docs/errors.md'), 'utf8');
  return page
    .split(/^### /m)
    .slice(1)
    .map((section) => {
      const [title = '', meaning = '', remedy = ''] = section.replace(/^## [^]*/m, '').split('\n\n');
      const oneLine = (text: string): string => text.trim().replaceAll('\n', ' ');
      return { code: title.replaceAll('`', ''), meaning: oneLine(meaning), remedy: oneLine(remedy) };
    });
}

/** What the sources in a folder say. */
function sourcesIn(folder: string): string {
  return readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.(ts|cpp|h)$/.test(file) && !file.endsWith('codes.ts'))
    .map((file) => readFileSync(path.join(root, folder, file), 'utf8'))
    .join('\n');
}

const native = sourcesIn('native');
const used = new Set(`${native}\n${sourcesIn('lib')}`.match(/\bERR_[A-Z0-9_]+\b/g));

test('docs/errors.md has a section for each registered code, and for no other', () => {
  assert.deepEqual(
    documentedCodes()
      .map(({ code }) => code)
      .sort(),
    registered,
  );
});

test('docs/errors.md says what each code means, in the words of the table', () => {
  const documented = Object.fromEntries(documentedCodes().map(({ code, meaning }) => [code, meaning]));
  assert.deepEqual(documented, { ...errorCodes });
});

test('docs/errors.md says what to do about each code', () => {
  for (const { code, remedy } of documentedCodes()) assert.match(remedy, /^What to do: .{15,}\.$/, code);
});

test('the addons use registered codes only', () => {
  const literals = [...native.matchAll(/"(ERR_[A-Z0-9_]+)"/g)].map(([, code]) => code);
  assert.ok(literals.length > 10);
  assert.deepEqual(
    literals.filter((code) => !code || !registered.includes(code)),
    [],
  );
});

test('every registered code is used', () => {
  assert.deepEqual(
    registered.filter((code) => !used.has(code)),
    [],
  );
});

test('an error has its code, its message and the error beneath', () => {
  const cause = new Error('beneath');
  const error = new StreamerError('ERR_SOCKET', 'no socket', cause);
  assert.ok(error instanceof Error);
  assert.deepEqual(
    [error.name, error.code, error.message, error.cause],
    ['StreamerError', 'ERR_SOCKET', 'no socket', cause],
  );
  assert.equal('cause' in new StreamerError('ERR_SOCKET', 'no socket'), false);
});
