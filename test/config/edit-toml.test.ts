import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { editToml } from '../../lib/config/edit-toml.js';
import type { ConfigEdit } from '../../lib/config/live-settings.js';
import { parseToml } from '../../lib/config/toml.js';

function edited(text: string, ...edits: [path: string, value: unknown][]): string {
  const list = edits.map(([path, value]): ConfigEdit => ({ path: path.split('.'), value }));
  return editToml(text, list, 'config.toml');
}

test('a value is replaced where it stands, and its comment stays', () => {
  const text = '# mine\n[camera1]   # front\nfps = 30   # smooth\n\n#width = 5\n';
  assert.equal(edited(text, ['camera1.fps', 25]), text.replace('fps = 30', 'fps = 25'));
});

test('a new key comes behind the last one of its section, before the comments of the next', () => {
  const text = '[camera1]\nfps = 30\n\n# the other one\n[camera2]\nfps = 15\n';
  assert.equal(
    edited(text, ['camera1.width', 800]),
    '[camera1]\nfps = 30\nwidth = 800\n\n# the other one\n[camera2]\nfps = 15\n',
  );
});

test('a section without keys, and one that is not there', () => {
  assert.equal(
    edited('[camera1]\n# nothing yet', ['camera1.fps', 5], ['mjpeg-rtp.camera1.quality', 70]),
    '[camera1]\nfps = 5\n# nothing yet\n\n[mjpeg-rtp.camera1]\nquality = 70\n',
  );
  assert.equal(edited('', ['camera1.fps', 5]), '[camera1]\nfps = 5\n');
});

test('inline tables and dotted keys keep their form', () => {
  const text = '[camera1]\ncontrols = { ExposureTime = 5 } # dark\ncrop.x = 2\n[camera2]\ncontrols = {}\n';
  assert.equal(
    edited(
      text,
      ['camera1.controls.ExposureTime', 9],
      ['camera1.controls.AnalogueGain', 2.5],
      ['camera1.crop.width', 64],
      ['camera2.controls.AeEnable', false],
    ),
    '[camera1]\ncontrols = { ExposureTime = 9, AnalogueGain = 2.5 } # dark\ncrop.x = 2\ncrop.width = 64\n' +
      '[camera2]\ncontrols = { AeEnable = false }\n',
  );
});

test('lists over several lines, other line ends, quoted names', () => {
  const text = '[mjpeg-rtp.camera1]\r\ndestinations = [\r\n  "a:1", # one\r\n]\r\n["camera2"]\r\nfps = 5\r\n';
  assert.equal(
    edited(text, ['mjpeg-rtp.camera1.destinations', ['b:2']], ['camera2.width', 64]),
    '[mjpeg-rtp.camera1]\r\ndestinations = [ "b:2" ]\r\n["camera2"]\r\nfps = 5\r\nwidth = 64\r\n',
  );
});

test('what it cannot do ends in an error that says what to do by hand', () => {
  assert.throws(() => edited('camera1 = 5\n', ['camera1.fps', 5]), {
    code: 'ERR_CONFIG_SYNTAX',
    message: /config\.toml: camera1\.fps cannot be set .* by hand to 5/,
  });
});

test('whatever the file is like, only the values that were asked for change', () => {
  const name = fc.constantFrom('a', 'b', 'c-d', 'x y', 'é');
  const value = fc.oneof(fc.integer({ min: 0, max: 99 }), fc.boolean(), fc.string({ maxLength: 5 }));
  const line = fc
    .tuple(name, value)
    .map(([key, v]) => `${JSON.stringify(key)} = ${JSON.stringify(v)} # ${key}`);
  const section = fc.tuple(
    name,
    fc.uniqueArray(line, { selector: (text) => text.split('=')[0], maxLength: 4 }),
  );
  const file = fc
    .uniqueArray(section, { selector: ([header]) => header, maxLength: 4 })
    .map((sections) =>
      sections.map(([header, lines]) => [`[${JSON.stringify(header)}]`, ...lines, ''].join('\n')).join('\n'),
    );
  fc.assert(
    fc.property(file, name, name, value, (text, header, key, wanted) => {
      const before = parseToml(text, 'f');
      const after = parseToml(editToml(text, [{ path: [header, key], value: wanted }], 'f'), 'f');
      const plain = (table: unknown): unknown => JSON.parse(JSON.stringify(table));
      const section_ = (before[header] ?? {}) as Record<string, unknown>;
      assert.deepEqual(plain(after), plain({ ...before, [header]: { ...section_, [key]: wanted } }));
    }),
  );
});
