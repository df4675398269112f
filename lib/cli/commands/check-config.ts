import { checkEnvironment } from '../../app/index.js';
import { loadConfig } from '../../config/index.js';

/** Checks a file, and whether its cameras and hosts are there now. */
export async function checkConfig(file: string): Promise<void> {
  const { config, notices } = loadConfig(file);
  for (const notice of notices) process.stdout.write(`${notice}\n`);
  await checkEnvironment(config, { cameras: true, hosts: true });
  const enabled = config.cameras.filter((camera) => camera.rtp.enabled);
  const list = enabled.map(({ name, rtp }) => {
    const destinations = rtp.destinations.map(({ host, port }) => `${host}:${String(port)}`);
    return `${name} to ${destinations.join(' and ')}`;
  });
  process.stdout.write(`${file}: good; RTP: ${list.join(', ') || 'no camera is enabled'}\n`);
}
