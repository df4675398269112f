// The memory that a camera fills: where it comes from, and who readies it for reading.
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, test } from 'node:test';
import {
  barsFolder,
  buildInDebian13,
  buildTimeoutMs,
  cameraIds,
  command,
  runInDebian13,
  writeConfig,
} from '../helpers/debian13.js';

before(buildInDebian13, { timeout: buildTimeoutMs });

/** Streams some frames with a heap of this name. @returns the threads that readied its buffers, a name each time */
async function readersWithHeap(name: string): Promise<string[]> {
  const log = path.join(mkdtempSync(path.join(tmpdir(), 'pcs-heap-')), 'readers');
  const text = `[camera1]\ndevice = "${cameraIds[0]}"\n[mjpeg-rtp.camera1]\ndest_host = "127.0.0.1"\ndest_port = 9\n`;
  const streamer = ['node', command, '-config', writeConfig(text), '-mode', 'mjpeg-rtp', '--frames', '30'];
  await runInDebian13(barsFolder, streamer, { PI_LIKE_HEAP: name, PI_LIKE_HEAP_LOG: log });
  return existsSync(log) ? readFileSync(log, 'utf8').trim().split('\n') : [];
}

for (const name of ['vidbuf_cached', 'linux,cma', 'reserved']) {
  test(
    `buffers of /dev/dma_heap/${name} are readied by who reads them, and never by libcamera's thread`,
    { timeout: 60_000 },
    async () => {
      const readers = await readersWithHeap(name);
      assert.ok(readers.length >= 30, `readied ${String(readers.length)} times`);
      assert.deepEqual([...new Set(readers)], ['jpeg-encoder']);
    },
  );
}
