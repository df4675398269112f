// The report as people read it and send it.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { reportText, type MeasureReport } from '../../../lib/app/index.js';
import { throttledFlags } from '../../../lib/app/measure/heat.js';
import type { ProcessFigures, StreamFigures } from '../../../lib/app/measure/report.js';

const load: ProcessFigures = {
  seconds: 20,
  cpuPercent: 12.4,
  memoryMiB: 91,
  temperatureC: 51.3,
  throttled: ['under-voltage since the start'],
};

const stream: StreamFigures = {
  fps: 29.97,
  captured: 602,
  encoded: 600,
  sent: 599,
  dropped: { noSlot: 2, senderBusy: 1 },
  restarts: 0,
  encodeMs: { median: 3.21, p99: 4.4 },
  captureToEncodedMs: { median: 5.5, p99: 7 },
  captureToSentMeanMs: 14.06,
  frameBytes: 51_900,
  bitrateKbps: 12_700,
};

const video = {
  fps: 25,
  encoded: 500,
  dropped: {},
  encodeMeanMs: 20.5,
  captureToEncodedMs: { median: 22, p99: 31 },
  frameBytes: 9000,
  bitrateKbps: 1800,
};

const vga = { width: 640, height: 480, fpsWanted: 30 };

const report: MeasureReport = {
  formatVersion: 1,
  version: '0.4.0',
  secondsEach: 20,
  machine: {
    board: 'Raspberry Pi 4 Model B Rev 1.4',
    system: 'Debian GNU/Linux 12 (bookworm)',
    kernel: '6.12.20+rpt-rpi-v8',
    architecture: 'arm64',
    processor: 'Cortex-A72',
    cores: 4,
    memoryMiB: 3794,
    nodeVersion: '22.12.0',
    libcameraVersion: 'v0.5.2',
  },
  withoutCamera: null,
  cameras: [1, 2].map((number) => ({
    number,
    model: 'imx219',
    location: 'back',
    sensorModes: [
      { width: 1640, height: 1232, bitDepth: 10 },
      { width: 640, height: 480 },
    ],
    streams: [
      { ...vga, figures: { ...stream, ...load }, failure: null },
      { ...vga, width: 1280, height: 720, figures: { ...stream, restarts: 1, ...load }, failure: null },
      { ...vga, width: 1920, height: 1080, figures: null, failure: 'the camera cannot deliver it' },
    ],
  })),
  h264: [
    { ...vga, encoder: 'hardware', figures: { ...video, ...load }, failure: null },
    { ...vga, encoder: 'openh264', figures: null, failure: 'no frame was encoded' },
  ],
  together: {
    ...vga,
    figures: { streams: [stream, { ...stream, fps: 28 }], skewMs: { median: 4.1, p99: 9.2 }, ...load },
    failure: null,
  },
};

/** The cells of each line of a table. */
function tablesOf(text: string): string[][][] {
  const tables = text.split('\n\n').filter((part) => part.startsWith('|'));
  return tables.map((part) =>
    part
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(2, -2).split(' | ')),
  );
}

test('each figure stands under its heading, with its unit', () => {
  const [, measurements] = tablesOf(reportText(report));
  const [head = [], , first = []] = measurements ?? [];
  assert.deepEqual(Object.fromEntries(head.map((name, i) => [name, first[i]])), {
    measured: 'camera 1 (imx219), JPEG',
    size: '640x480',
    'frames/s': '30.0 of 30',
    'captured/encoded/sent': '602/600/599',
    dropped: 'noSlot 2, senderBusy 1',
    encode: '3.2 (4.4) ms',
    'capture to encoded': '5.5 (7.0) ms',
    'capture to sent': '14.1 ms',
    'a frame': '51.9 kB',
    bitrate: '12.7 Mbit/s',
    CPU: '12 %',
    memory: '91 MiB',
    temperature: '51 °C',
    throttled: 'under-voltage since the start',
  });
});

test('the machine and the sensors are described', () => {
  const [machine] = tablesOf(reportText(report));
  assert.deepEqual(machine?.slice(2), [
    ['board', 'Raspberry Pi 4 Model B Rev 1.4'],
    ['processor', 'Cortex-A72, 4 cores, 3794 MiB'],
    ['system', 'Debian GNU/Linux 12 (bookworm), Linux 6.12.20+rpt-rpi-v8, arm64'],
    ['Node.js', '22.12.0'],
    ['libcamera', 'v0.5.2'],
    ['camera 1', 'imx219, back, sensor modes 1640x1232:10 640x480'],
    ['camera 2', 'imx219, back, sensor modes 1640x1232:10 640x480'],
  ]);
});

test('all lines of a table have as many cells, also where nothing could be measured', () => {
  const text = reportText(report);
  const tables = tablesOf(text);
  assert.deepEqual(
    tables.map((lines) => lines.length),
    [2 + 5 + 2, 2 + 2 * 3 + 2 + 2, 2 + 2],
  );
  for (const lines of tables)
    for (const cells of lines) assert.equal(cells.length, lines[0]?.length, cells.join(' | '));
  assert.match(text, /1920x1080 \| the camera cannot deliver it \| {2}\|/);
  assert.match(text, /noSlot 2, senderBusy 1, restarts 1/);
  assert.match(text, /\nCameras 1 and 2: skew 4\.1 \(9\.2\) ms\.\n/);
});

test('without a camera the report says that the test pattern was measured, and why', () => {
  const text = reportText({ ...report, withoutCamera: 'libcamera sees no camera', together: null });
  assert.match(text, /\n\nThe test pattern was measured, and no camera: libcamera sees no camera\.\n\n/);
  assert.doesNotMatch(text, /skew \d/);
});

test('the last table is the one of docs/hardware.md', () => {
  const page = readFileSync(new URL('../../../docs/hardware.md', import.meta.url), 'utf8');
  const lines = reportText(report).trimEnd().split('\n').slice(-4);
  assert.ok(page.includes(`${lines.slice(0, 2).join('\n')}\n`), 'the page has another head');
  assert.equal(
    lines[2],
    '| Raspberry Pi 4 Model B Rev 1.4 | Debian GNU/Linux 12 (bookworm), Linux 6.12.20+rpt-rpi-v8 | v0.5.2 | imx219 ' +
      '| 30.0 fps, 12 % CPU, 14.1 ms | 30.0 fps, 12 % CPU, 14.1 ms | - | 25.0 fps, 12 % CPU, 20.5 ms | - ' +
      '| 30.0 and 28.0 fps, skew 4.1 (9.2) ms | under-voltage since the start |',
  );
});

test('what the firmware says of power and heat is read from the kernel and from vcgencmd', () => {
  assert.deepEqual(throttledFlags('0\n'), []);
  assert.deepEqual(throttledFlags('throttled=0x0\n'), []);
  const lowPower = ['under-voltage now', 'under-voltage since the start', 'throttled since the start'];
  assert.deepEqual(throttledFlags('50001\n'), lowPower);
  assert.deepEqual(throttledFlags('throttled=0x50001\n'), lowPower);
  assert.deepEqual(throttledFlags('throttled=0xe000e\n'), [
    ...['frequency capped now', 'frequency capped since the start', 'throttled now'],
    ...['throttled since the start', 'soft temperature limit now', 'soft temperature limit since the start'],
  ]);
  for (const text of ['', 'VCHI initialization failed\n']) assert.equal(throttledFlags(text), null);
});
