import { checkEnvironment } from '../../app/index.js';
import { loadConfig, withMode } from '../../config/index.js';

/** Checks a file, and whether its cameras and hosts are there now. */
export async function checkConfig(file: string): Promise<void> {
  const { config, notices } = loadConfig(file);
  for (const notice of notices) process.stdout.write(`${notice}\n`);
  const enabled = config.cameras.filter((camera) => camera.rtp.enabled);
  // A file that says where RTP goes is one for that mode; WebRTC has every camera.
  await checkEnvironment(enabled.length > 0 ? withMode(config, 'mjpeg-rtp') : config, {
    cameras: true,
    hosts: true,
  });
  const list = enabled.map(({ name, rtp }) => {
    const destinations = rtp.destinations.map(({ host, port }) => `${host}:${String(port)}`);
    return `${name} to ${destinations.join(' and ')}`;
  });
  process.stdout.write(`${file}: good; RTP: ${list.join(', ') || 'no camera is enabled'}\n`);
}
