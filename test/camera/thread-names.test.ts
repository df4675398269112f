import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { openCamera, RtpOutput } from '../../lib/index.js';

/** As `top -H` shows them. */
function threadNames(): string[] {
  const folder = '/proc/self/task';
  return readdirSync(folder).map((id) => readFileSync(`${folder}/${id}/comm`, 'utf8').trim());
}

test('threads that capture, encode and send are told apart by their names', async () => {
  const camera = await openCamera({ device: 'test', width: 64, height: 64, fps: 100 });
  const output = new RtpOutput({ host: '127.0.0.1', port: 9 });
  try {
    await output.start();
    await camera.attach(output);
    for await (const frame of camera.frames()) {
      if (frame.byteLength > 0) break;
    }
    const names = threadNames();
    for (const name of ['source', 'jpeg-encoder', 'rtp-sender'])
      assert.ok(names.includes(name), names.join());
  } finally {
    await camera.close();
    await output.close();
  }
});
