import assert from 'node:assert/strict';
import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import {
  changeSettings,
  parseConfig,
  publicConfig,
  saveEdits,
  settingEdits,
} from '../../lib/config/index.js';

const text = `# robot
[camera1]
device = "test"
[mjpeg-rtp.camera1]
dest_host = "10.0.0.1" # the other end
`;

function makeFile(context: TestContext): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'pcs-save-'));
  context.after(() => {
    rmSync(folder, { recursive: true });
  });
  const file = path.join(folder, 'config.toml');
  writeFileSync(file, text);
  return file;
}

test('what was changed while it ran is what the saved file says', (context) => {
  const file = makeFile(context);
  const before = parseConfig(text, file).config;
  const changed = [
    { quality: 70, maxBitrateKbps: 5000, minBitrateKbps: 2000, fps: 12.5 },
    { controls: { AeEnable: false, AwbGains: [1.5, 2] }, crop: { x: 16, y: 0, width: 320, height: 240 } },
    {
      destinations: [
        { host: '10.0.0.2', port: 6000, rtcpPort: 6005 },
        { host: 'fd00::1', port: 7000, rtcpPort: undefined },
      ],
    },
  ].reduce((config, settings) => changeSettings(config, 'camera1', settings), before);
  saveEdits(file, settingEdits(before, changed));
  const saved = readFileSync(file, 'utf8');
  assert.deepEqual(parseConfig(saved, file).config, changed);
  assert.ok(saved.startsWith('# robot\n[camera1]\ndevice = "test"\n'), saved);
  assert.ok(saved.includes('dest_host = "10.0.0.2" # the other end\n'), saved);
  assert.deepEqual(settingEdits(changed, changed), []);
});

test('the file keeps its rights, a link stays a link, and nothing is left beside it', (context) => {
  const file = makeFile(context);
  chmodSync(file, 0o640);
  const link = path.join(path.dirname(file), 'link.toml');
  symlinkSync('config.toml', link);
  saveEdits(link, [{ path: ['camera1', 'fps'], value: 5 }]);
  assert.ok(lstatSync(link).isSymbolicLink());
  assert.equal(statSync(file).mode & 0o777, 0o640);
  assert.match(readFileSync(file, 'utf8'), /^fps = 5$/m);
  assert.deepEqual(readdirSync(path.dirname(file)).sort(), ['config.toml', 'link.toml']);
});

test('what would make the file invalid leaves it as it was', (context) => {
  const file = makeFile(context);
  assert.throws(
    () => {
      saveEdits(file, [
        { path: ['camera1', 'fps'], value: 5 },
        { path: ['mjpeg-rtp', 'camera1', 'quality'], value: 500 },
      ]);
    },
    { code: 'ERR_CONFIG_INVALID' },
  );
  assert.equal(readFileSync(file, 'utf8'), text);
  assert.throws(
    () => {
      saveEdits(path.join(path.dirname(file), 'none.toml'), [{ path: ['camera1', 'fps'], value: 5 }]);
    },
    { code: 'ERR_FILE_WRITE' },
  );
});

test('settings that do not go together are refused by the names of the keys', () => {
  const { config } = parseConfig(`${text}quantization_tables = "static"\n`, 'config.toml');
  assert.throws(() => changeSettings(config, 'camera1', { quality: 100 }), {
    code: 'ERR_CONFIG_CONFLICT',
    message: /mjpeg-rtp\.camera1\.quality is 100/,
  });
});

test('the public configuration has every key and what was changed, and no secret', () => {
  const secrets = `[server.tokens]\nrobot = { token = "0123456789abcdef", rights = "read" }\n`;
  const { sections } = parseConfig(text + secrets, 'config.toml');
  const shown = publicConfig(sections, [{ path: ['mjpeg-rtp', 'camera1', 'quality'], value: 33 }]);
  assert.ok(!JSON.stringify(shown).includes('0123456789abcdef'));
  assert.deepEqual((shown['server'] as Record<string, unknown>)['tokens'], { robot: { rights: 'read' } });
  const rtp = shown['mjpeg_rtp'] as Record<string, Record<string, unknown>>;
  assert.equal(rtp['camera1']?.['quality'], 33);
  assert.equal(rtp['camera1']['dest_host'], '10.0.0.1');
});

test('a file that is read-only is left alone, and secrets are never readable by others', (context) => {
  const file = makeFile(context);
  chmodSync(file, 0o444);
  const edits = [{ path: ['camera1', 'fps'], value: 5 }];
  assert.throws(
    () => {
      saveEdits(file, edits);
    },
    { code: 'ERR_FILE_WRITE', message: /EACCES/ },
  );
  assert.equal(readFileSync(file, 'utf8'), text);
  chmodSync(file, 0o600);
  writeFileSync(`${file}.part`, 'what an earlier one left', { mode: 0o644 });
  saveEdits(file, edits);
  assert.equal(statSync(file).mode & 0o777, 0o600);
});
