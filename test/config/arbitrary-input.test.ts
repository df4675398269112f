import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import fc from 'fast-check';
import { stringify } from 'smol-toml';
import { applyOverrides, parseConfig } from '../../lib/config/index.js';
import { describeSections } from '../../lib/config/reference.js';
import { fileSchema } from '../../lib/config/schema/file.js';
import { StreamerError } from '../../lib/errors/index.js';

const goSystem = readFileSync(new URL('go-system.toml', import.meta.url), 'utf8');

/** Nothing but a StreamerError of one line may come out. */
function survives(action: () => unknown): void {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof StreamerError, String(error));
    assert.doesNotMatch(error.message, /[\r\n]/);
  }
}

test('any text is read or refused', () => {
  const mark = fc.constantFrom(
    '[',
    ']',
    '{',
    '}',
    '=',
    '.',
    '"',
    "'",
    '#',
    '\n',
    '\r',
    '\\',
    'u',
    '-',
    '0',
    'a',
    ' ',
  );
  const text = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: mark }));
  fc.assert(
    fc.property(text, (toml) => {
      survives(() => parseConfig(toml, 'config.toml'));
    }),
    { numRuns: 2000 },
  );
});

test('a real file that is cut, damaged or joined wrongly is read or refused', () => {
  const position = fc.nat(goSystem.length);
  fc.assert(
    fc.property(position, position, fc.string({ maxLength: 4 }), (from, to, inserted) => {
      survives(() => parseConfig(goSystem.slice(0, from) + inserted + goSystem.slice(to), 'config.toml'));
    }),
    { numRuns: 500 },
  );
});

const sections = describeSections(fileSchema(['camera1', 'camera2']));
const names = [
  ...new Set(sections.flatMap(({ path, keys }) => [...path, ...keys.map((key) => key.path.at(-1) ?? '')])),
];
const name = fc.oneof(
  fc.constantFrom(...names, 'camera0', '__proto__', 'constructor', 'zeromq'),
  fc.string(),
);
const scalar = fc.oneof(
  fc.integer(),
  fc.double(),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.boolean(),
  fc.string(),
  fc.constantFrom('', 'test', 'file:', '0x1', 'rotate-90', 'static'),
  fc.date({ noInvalidDate: true, min: new Date('0001-01-01'), max: new Date('9999-12-31') }),
);
const { value } = fc.letrec((tie) => ({
  value: fc.oneof({ depthSize: 'small' }, scalar, fc.array(tie('value'), { maxLength: 3 }), tie('table')),
  table: fc.dictionary(name, tie('value'), { maxKeys: 4, noNullPrototype: false }),
}));

test('any tables and values are read or refused, as keys of a section or anywhere', () => {
  const section = fc.dictionary(name, value, { maxKeys: 4 });
  const table = fc.oneof(
    section,
    fc.record({ camera1: section, 'mjpeg-rtp': fc.record({ camera1: section }) }, { requiredKeys: [] }),
  );
  fc.assert(
    fc.property(table, (content) => {
      const toml = stringify(content);
      survives(() => parseConfig(toml, 'config.toml'));
    }),
    { numRuns: 1000 },
  );
});

test('any overrides are applied or refused', () => {
  const { config } = parseConfig(goSystem, 'config.toml');
  const number = fc.option(fc.oneof(fc.integer(), fc.double(), fc.integer({ min: 1, max: 2500 })), {
    nil: undefined,
  });
  const overrides = fc.record({
    source: fc.option(fc.string(), { nil: undefined }),
    dest: fc.option(fc.record({ host: fc.string(), port: fc.integer() }), { nil: undefined }),
    width: number,
    height: number,
    fps: number,
    quality: number,
  });
  fc.assert(
    fc.property(overrides, (given) => {
      survives(() => applyOverrides(config, given));
    }),
    { numRuns: 1000 },
  );
});
