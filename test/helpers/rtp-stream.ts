import type { TestContext } from 'node:test';
import { openCamera, RtpOutput } from '../../lib/index.js';
import { pictureSize } from './streamer.js';

/** Sends a camera to a port of this machine, from this process, until the test ends. */
export async function startRtpStream(context: TestContext, port: number, device = 'test'): Promise<void> {
  const camera = await openCamera({ device, fps: 30, ...pictureSize });
  const output = new RtpOutput({ host: '127.0.0.1', port });
  context.after(async () => {
    await camera.close();
    await output.close();
  });
  await output.start();
  await camera.attach(output);
}
