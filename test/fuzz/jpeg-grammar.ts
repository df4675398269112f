// Files of JPEG segments in any order and number, with lengths that are wrong, fill bytes and scans that never end.
import assert from 'node:assert/strict';
import { JpegParser, mcuGrid, RestartIntervals, type ScanEnd } from '../../lib/jpeg/index.js';
import {
  components,
  endOfImage,
  frameHeader,
  huffman,
  jpegFile,
  quantization,
  quantizationOfQ,
  restartInterval,
  scanHeader,
  segment,
  standardHuffman,
  startOfImage,
} from '../jpeg/jpeg-file.js';
import { mutate } from './mutate.js';
import type { Random } from './random.js';
import type { FuzzTarget } from './targets.js';

const scanEnds: readonly [ScanEnd, ...ScanEnd[]] = ['file-end', 'search', 'open'];
/** A Restart Count has 14 bits (RFC 2435 section 3.1.7). */
const maxIntervals = 2 ** 14;
const awkwardSizes = [0, 1, 8, 16, 2040, 2048, 65_535] as const;

function bytes(count: number, random: Random): Uint8Array {
  return Uint8Array.from({ length: count }, () => random.below(256));
}

/** Entropy-coded bytes between restart markers, some of them out of turn. */
function scan(random: Random): Uint8Array {
  const parts = Array.from({ length: random.below(12) }, (_, i) => [
    ...bytes(random.below(20), random).map((byte) => (byte === 0xff && !random.oneIn(20) ? 0 : byte)),
    ...random.pick([
      [],
      [0xff, 0x00],
      [0xff, 0xd0 + (i & 7)],
      [0xff, 0xff, 0xd0 + (i & 7)],
      [0xff, 0xd0 + random.below(8)],
    ]),
  ]);
  return Uint8Array.from(parts.flat());
}

function anyFrame(random: Random): Uint8Array {
  return frameHeader({
    code: random.oneIn(6) ? 0xc0 + random.below(16) : 0xc0,
    precision: random.oneIn(10) ? random.below(256) : 8,
    width: random.oneIn(3) ? random.pick(awkwardSizes) : 16 * (1 + random.below(8)),
    height: random.oneIn(3) ? random.pick(awkwardSizes) : 16 * (1 + random.below(8)),
    components: random.oneIn(6)
      ? Array.from({ length: random.below(5) }, (_, id) => ({
          ...{ id, horizontal: random.below(16), vertical: random.below(16), table: random.below(5) },
        }))
      : components(random.pick(['4:2:0', '4:2:2'])),
  });
}

function part(random: Random): Uint8Array {
  const makers: readonly [() => Uint8Array, ...(() => Uint8Array)[]] = [
    () => anyFrame(random),
    () => scanHeader(random.oneIn(4) ? [[random.below(5), random.below(256)]] : undefined),
    () => scan(random),
    () =>
      quantization(random.below(6), bytes(random.pick([64, 64, 63, 65, 0]), random), random.pick([8, 16])),
    () => Buffer.concat(quantizationOfQ(1 + random.below(99))),
    () => Buffer.concat(standardHuffman),
    () => huffman(random.below(256), bytes(random.below(40), random)),
    () => restartInterval(random.pick([0, 1, 2, 65_535])),
    () => segment(0xe0 + random.below(16), bytes(random.below(30), random)),
    () => segment(random.pick([0xdc, 0xde, 0xcc, 0xfe, 0x01]), bytes(random.below(6), random)), // DNL and others
    () => Uint8Array.of(0xff, random.below(256), ...bytes(2, random)), // a length of anything
    () => Uint8Array.from({ length: random.below(6) }, () => 0xff),
    () => random.pick([startOfImage, endOfImage]),
  ];
  return random.pick(makers)();
}

/** A good file of which one part is another, or any parts. */
function file(random: Random): Uint8Array {
  if (random.oneIn(2))
    return Buffer.concat([startOfImage, ...Array.from({ length: random.below(14) }, () => part(random))]);
  const good = jpegFile({
    frame: anyFrame(random),
    scan: scan(random),
    ...(random.oneIn(2) && { restartInterval: random.below(5) }),
    ...(random.oneIn(6) && { quantization: [part(random), part(random)] }),
    ...(random.oneIn(6) && { scanHeader: part(random) }),
  });
  return random.oneIn(3) ? mutate(good, random) : good;
}

/** What is accepted lies inside the file, and so do its restart intervals, one after the other. */
export class JpegGrammarTarget implements FuzzTarget {
  readonly name = 'JPEG file';
  /** Files that were accepted. */
  accepted = 0;
  readonly #parser = new JpegParser();
  readonly #intervals = new RestartIntervals();

  step(random: Random): void {
    const content = file(random);
    const scanEnd = random.pick(scanEnds);
    // Memory for frames is longer than the frame, and holds what was there before.
    const memory = Buffer.concat([content, bytes(random.below(40), random)]);
    const jpeg = this.#parser;
    if (jpeg.parse(memory, content.length, scanEnd)) return;
    this.accepted += 1;
    assert.ok(jpeg.width > 0 && jpeg.height > 0);
    assert.ok(jpeg.luminanceTableOffset + 8 * jpeg.luminanceTableBits <= jpeg.scanOffset);
    assert.ok(jpeg.chrominanceTableOffset + 8 * jpeg.chrominanceTableBits <= jpeg.scanOffset);
    const end = jpeg.scanOffset + jpeg.scanBytes;
    assert.ok(jpeg.scanBytes >= 0 && end <= content.length);
    if (jpeg.restartInterval > 0) this.#findIntervals(memory, end);
  }

  #findIntervals(memory: Uint8Array, end: number): void {
    const { width, height, sampling, restartInterval: mcus, scanOffset } = this.#parser;
    const { columns, rows } = mcuGrid(width, height, sampling);
    const intervals = this.#intervals;
    const count = Math.ceil((columns * rows) / mcus);
    if (count > maxIntervals) return; // nobody who uses them takes so many
    intervals.reset(count);
    const next = intervals.find(memory, scanOffset, end, 0, true);
    assert.ok(next <= intervals.count);
    let previousEnd = scanOffset;
    for (let i = 0; i < next; i++) {
      assert.ok(intervals.beginOf(i) >= previousEnd && intervals.endOf(i) > intervals.beginOf(i));
      previousEnd = intervals.endOf(i);
    }
    assert.ok(previousEnd <= end);
  }
}
