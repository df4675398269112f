// A JPEG that RFC 2435 cannot carry ends the stream with 1 and says why.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, test } from 'node:test';
import { cli } from '../helpers/cli.js';
import { photograph } from '../helpers/content.js';
import { runToEnd } from '../helpers/processes.js';

const folder = mkdtempSync(path.join(tmpdir(), 'pcs-jpeg-'));

after(() => {
  rmSync(folder, { recursive: true });
});

const source = path.join(folder, 'source.ppm');
const ready = runToEnd('ffmpeg', [
  '-loglevel',
  'error',
  '-i',
  photograph,
  '-vf',
  'scale=320:240',
  '-y',
  source,
]);

async function encode(...options: string[]): Promise<Buffer> {
  await ready;
  const file = path.join(mkdtempSync(path.join(folder, 'encoded-')), 'out.jpg');
  await runToEnd('cjpeg', ['-quality', '80', ...options, '-outfile', file, source]);
  return readFileSync(file);
}

/** The sample precision is the first byte of the frame header's content. */
function withPrecision(jpeg: Buffer, bits: number): Buffer {
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  jpeg[frame + 4] = bits;
  return jpeg;
}

const cases: readonly { name: string; code: string; make: () => Promise<Buffer> | Buffer }[] = [
  { name: 'progressive', code: 'ERR_JPEG_UNSUPPORTED', make: () => encode('-progressive', '-sample', '2x2') },
  {
    name: 'arithmetic-coded',
    code: 'ERR_JPEG_UNSUPPORTED',
    make: () => encode('-arithmetic', '-sample', '2x2'),
  },
  { name: 'of 12 bits', code: 'ERR_JPEG_UNSUPPORTED', make: async () => withPrecision(await encode(), 12) },
  { name: '4:4:4', code: 'ERR_JPEG_SAMPLING', make: () => encode('-sample', '1x1') },
  { name: 'gray', code: 'ERR_JPEG_SAMPLING', make: () => encode('-grayscale') },
  {
    name: 'with optimised Huffman tables',
    code: 'ERR_JPEG_HUFFMAN',
    make: () => encode('-optimize', '-sample', '2x2'),
  },
  {
    name: 'truncated',
    code: 'ERR_JPEG_TRUNCATED',
    make: async () => (await encode('-sample', '2x2')).subarray(0, 3000),
  },
  { name: 'empty', code: 'ERR_JPEG_INVALID', make: () => Buffer.alloc(0) },
  { name: 'no JPEG at all', code: 'ERR_JPEG_INVALID', make: () => Buffer.from('This is a text.') },
];

describe('a JPEG that is', { concurrency: 2 }, () => {
  for (const { name, code, make } of cases) {
    test(name, async () => {
      const file = path.join(mkdtempSync(path.join(folder, 'case-')), 'picture.jpg');
      writeFileSync(file, await make());
      const options = [
        '-mode',
        'mjpeg-rtp',
        '--no-web',
        '--source',
        `file:${file}`,
        '--dest',
        '127.0.0.1:5000',
      ];
      const result = await cli([...options, '--duration', '5']);
      assert.equal(result.code, 1, result.stderr);
      const failure = result.stderr.split('\n').filter((line) => line.includes('"level":50'));
      assert.equal(failure.length, 1, result.stderr);
      assert.equal((JSON.parse(failure[0] ?? '') as { code: string }).code, code, result.stderr);
    });
  }

  test('good is streamed', async () => {
    const pictures = path.join(folder, 'good');
    mkdirSync(pictures);
    writeFileSync(path.join(pictures, '1.jpg'), await encode('-sample', '2x2'));
    writeFileSync(path.join(pictures, '2.jpeg'), await encode('-sample', '2x1', '-restart', '4'));
    const options = [
      '-mode',
      'mjpeg-rtp',
      '--no-web',
      '--source',
      `file:${pictures}`,
      '--dest',
      '127.0.0.1:5000',
    ];
    const result = await cli([...options, '--frames', '4']);
    assert.equal(result.code, 0, result.stderr);
    assert.match(result.stderr, /"sent":4/);
  });
});
