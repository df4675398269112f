// THIRD-PARTY-NOTICES.md has the licences of all code that the prebuilt addons contain.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../helpers/debian13.js';

const read = (...names: readonly string[]): string =>
  readFileSync(path.join(projectRoot, ...names), 'utf8').trim();

/** Sections by their headings. */
const sections = new Map(
  read('THIRD-PARTY-NOTICES.md')
    .split(/^## /m)
    .slice(1)
    .map((section) => [section.slice(0, section.indexOf('\n')), section]),
);

interface Manifest {
  readonly builtWith: Readonly<Record<string, { readonly sources: readonly string[] }>>;
}

test('each static library has a section, which names its source package', () => {
  const { builtWith } = JSON.parse(read('prebuilds', 'manifest.json')) as Manifest;
  const sources = new Set(Object.values(builtWith).flatMap((platform) => platform.sources));
  assert.ok(sources.size > 0);
  for (const source of sources) {
    const section = sections.get(source.replace(/_.*/, '')) ?? '';
    assert.ok(section.includes(`\`${source}\``), source);
    assert.match(section, /^```text\n.*copyright/ims);
  }
});

test('what the licences ask to be said is said', () => {
  const sentence = 'This software is based in part on the work of the Independent JPEG Group.';
  assert.ok(sections.get('libjpeg-turbo')?.includes(sentence));
});

test('the headers that addons are made with have the section of their licence', () => {
  const licence = read('node_modules', 'node-addon-api', 'LICENSE.md');
  assert.ok(sections.get('node-addon-api')?.includes(licence));
});
