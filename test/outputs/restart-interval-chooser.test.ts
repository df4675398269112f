import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { JpegParser } from '../../lib/jpeg/index.js';
import { RestartIntervalChooser } from '../../lib/outputs/rtp/restart-interval-chooser.js';
import { jpegFile } from '../jpeg/jpeg-file.js';

/** Of packets of 1400 bytes. */
const payloadBytes = 1376;

function picture(width: number, height: number, sampling: '4:2:0' | '4:2:2' = '4:2:0'): JpegParser {
  const jpeg = new JpegParser();
  const bytes = jpegFile({ width, height, sampling });
  assert.equal(jpeg.parse(bytes, bytes.length, 'file-end'), undefined);
  return jpeg;
}

/** What is chosen for a picture of so many bytes, by packets of so many. */
function choose(jpeg: JpegParser, scanBytes: number, packetBytes = payloadBytes): number {
  const chooser = new RestartIntervalChooser(packetBytes);
  chooser.onFrame(jpeg, scanBytes);
  return chooser.interval;
}

test('nothing is chosen before the first frame', () => {
  assert.equal(new RestartIntervalChooser(payloadBytes).interval, 0);
});

describe('several intervals fit into a packet, and they are whole rows or parts of one', () => {
  for (const width of [320, 640, 1280, 1536, 1920, 2040]) {
    for (const height of [240, 1080, 2040]) {
      test(`${String(width)}x${String(height)}`, () => {
        const columns = Math.ceil(width / 16);
        const mcus = columns * Math.ceil(height / 16);
        for (const bytesPerMcu of [2, 5, 10, 20, 40, 80, 160]) {
          for (const packetBytes of [232, 552, 1376, 8976, 65000]) {
            const interval = choose(picture(width, height), bytesPerMcu * mcus, packetBytes);
            assert.ok(columns % interval === 0 || interval % columns === 0, String(interval));
            const least = Math.ceil(mcus / 0x3ffe);
            assert.ok(interval <= least || interval * bytesPerMcu <= packetBytes / 4);
            assert.ok(mcus / interval <= 0x3ffe);
            assert.ok(interval <= least || mcus / interval >= 16);
          }
        }
      });
    }
  }
});

test('rows that have no parts of use get intervals that meet their end now and then', () => {
  // 91, 103 and 127 MCUs: sizes of Raspberry Pi's cameras.
  assert.equal(choose(picture(1456, 1088), 80 * 91 * 68), 3);
  for (const width of [1640, 2028]) {
    const columns = Math.ceil(width / 16);
    const interval = choose(picture(width, 1080), 30 * columns * 68);
    assert.equal(interval, 8);
    assert.equal(choose(picture(width, 1080), columns * 68), 2 * columns);
  }
});

test('4:2:2 has MCUs of 8 rows', () => {
  const bytes = 30 * 40 * 30;
  assert.equal(choose(picture(640, 480), bytes), 8);
  assert.equal(choose(picture(640, 480, '4:2:2'), bytes), 10);
});

test('a picture of one MCU has one interval', () => {
  assert.equal(choose(picture(16, 16), 300), 1);
});

describe('the choice changes rarely', () => {
  const jpeg = picture(1920, 1080);
  const mcus = 120 * 68;

  /** How often it changes over these frames. */
  function changesOver(bytesPerMcu: (frame: number) => number, frames: number): number {
    const chooser = new RestartIntervalChooser(payloadBytes);
    let changes = -1;
    let last = 0;
    for (let i = 0; i < frames; i++) {
      chooser.onFrame(jpeg, bytesPerMcu(i) * mcus);
      if (chooser.interval !== last) changes += 1;
      last = chooser.interval;
    }
    return changes;
  }

  test('not at all when sizes go up and down by a fifth', () => {
    for (let base = 5; base < 100; base += 1) {
      assert.equal(
        changesOver((i) => base * (1 + 0.2 * Math.sin(i / 10)), 1000),
        0,
        String(base),
      );
      // One frame of noise begins with what is not usual, which is made up for once.
      assert.ok(changesOver((i) => base * (i % 3 === 0 ? 0.75 : 1.125), 1000) <= 1, String(base));
    }
  });

  test('a single frame that is larger changes nothing', () => {
    assert.equal(
      changesOver((i) => (i === 500 ? 40 : 20), 1000),
      0,
    );
  });

  test('when pictures grow or shrink, within a second, by few steps', () => {
    const chooser = new RestartIntervalChooser(payloadBytes);
    for (const [bytesPerMcu, longest, shortest] of [
      [10, 24, 15],
      [60, 6, 3],
      [10, 24, 15],
    ] as const) {
      for (let i = 0; i < 30; i++) chooser.onFrame(jpeg, bytesPerMcu * mcus);
      assert.ok(chooser.interval <= longest && chooser.interval >= shortest, String(chooser.interval));
    }
    assert.ok(changesOver((i) => (i % 200 < 100 ? 10 : 60), 1000) <= 10 * 4);
  });
});

test('another size of picture is a new beginning', () => {
  const chooser = new RestartIntervalChooser(payloadBytes);
  chooser.onFrame(picture(640, 480), 20 * 1200);
  chooser.onFrame(picture(1456, 1088), 20 * 91 * 68);
  assert.equal(chooser.interval, 13);
});
