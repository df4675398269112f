// A stream goes on when nobody listens, and is there when somebody does.
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { openCamera, RtpOutput } from '../../lib/index.js';
import { freeRtpPort } from '../helpers/ports.js';
import { until } from '../helpers/processes.js';
import { finish, startGstreamer } from '../helpers/receivers.js';

function refused(output: RtpOutput): number {
  return output.statistics().destinations[0]?.socket?.errorsRefused ?? 0;
}

test(
  'a receiver that comes late, goes, and comes back gets pictures each time',
  { timeout: 60_000 },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pcs-late-'));
    const port = await freeRtpPort();
    const camera = await openCamera({ device: 'test' });
    const output = new RtpOutput({ host: 'localhost', port });
    await output.start();
    await camera.attach(output);
    try {
      for (let visit = 0; visit < 2; visit++) {
        const before = refused(output);
        await until('refused packets', () => refused(output) > before);
        const receiver = await startGstreamer(port, folder, '4:2:0');
        await finish(receiver, 30 * receiver.layout(640, 480, '4:2:0').frameBytes);
      }
    } finally {
      await camera.close();
      await output.close();
      rmSync(folder, { recursive: true });
    }
    const [destination] = output.statistics().destinations;
    assert.equal(destination?.framesDroppedBusy, 0);
    assert.equal(destination.socket?.packetsDropped, 0);
  },
);
