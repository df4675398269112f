import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { projectRoot } from '../helpers/debian13.js';
import { documentationPages } from '../helpers/documentation.js';
import { temporaryFolder } from '../helpers/streamer.js';
import { deadLinks } from './dead-links.js';

test('every link of the documentation leads somewhere', () => {
  const others = ['CONTRIBUTING.md', 'CHANGELOG.md', 'THIRD-PARTY-NOTICES.md', 'examples/README.md'];
  assert.deepEqual(deadLinks(projectRoot, [...documentationPages(projectRoot), ...others]), []);
});

test('links are looked at as GitHub does', (context) => {
  const folder = temporaryFolder(context);
  mkdirSync(path.join(folder, 'docs'));
  const headings = [
    '# A page',
    '## `code()`, and [a link](b.md)!',
    '## Twice',
    '## Twice',
    '## ERR_A: 4:2:2',
  ];
  const named = '<a id="named-here"></a>';
  const sameAgain = ['```sh', '# no heading, [no link](none.md)', '```', 'and `[no link](none.md)`'];
  writeFileSync(path.join(folder, 'docs', 'b.md'), [...headings, named, ...sameAgain].join('\n'));
  const links = [
    ...['docs/b.md', './docs/', 'https://example.org/none', '#here', 'docs/b.md#a-page', 'docs/b.md#twice-1'],
    ...['docs/b.md#code-and-a-link', 'docs/b.md#err_a-422', 'docs/b.md#named-here'],
  ];
  const dead = [
    ...['docs/c.md', 'docs/b.md#no-heading-no-link', 'docs/b.md#twice-2', '#nowhere', 'docs/b.md#A-page'],
    ...['../outside.md', 'docs/missing.png'],
  ];
  const text = [...links, ...dead].map((link) => `![picture or text](${link})`).join(' and\n');
  writeFileSync(path.join(folder, 'a.md'), `# Here\n${text}\n`);
  assert.deepEqual(
    deadLinks(folder, ['a.md', 'docs/b.md']),
    dead.map((link) => `a.md: ${link}`),
  );
});
