import { streamedCameras, type Config, type LoadedConfig } from '../../config/index.js';
import { memoryBound } from './memory-bound.js';
import { mark } from './service-paths.js';

/** More than the application gives itself to stop. */
const stopMarginSeconds = 10;
/** Below it a port needs a right of root's. */
const firstFreePort = 1024;

/** What of the unit depends on this machine and on the configuration. @param totalBytes - of RAM */
export function dropInText({ config }: Pick<LoadedConfig, 'config'>, totalBytes: number): string {
  const cameras = streamedCameras(config);
  const { highMebibytes, maxMebibytes, heapMebibytes } = memoryBound(cameras, totalBytes);
  const count = `${String(cameras.length)} ${cameras.length === 1 ? 'camera' : 'cameras'}`;
  const lines = [
    mark,
    `# For ${count} and ${String(Math.round(totalBytes / 2 ** 20))} MiB of memory. Install again after a change of either.`,
    '[Service]',
    `MemoryHigh=${String(highMebibytes)}M`,
    `MemoryMax=${String(maxMebibytes)}M`,
    '# Few heaps for threads, and a bound for JavaScript: memory stays flat, whatever clients do.',
    'Environment=MALLOC_ARENA_MAX=1',
    `Environment="NODE_OPTIONS=--max-old-space-size=${String(heapMebibytes)} --max-semi-space-size=2"`,
    '# shutdown_timeout_seconds in [timeouts], and some more.',
    `TimeoutStopSec=${String(Math.ceil(config.shutdownTimeoutMs / 1000) + stopMarginSeconds)}`,
  ];
  const reserved = portsOf(config).filter((port) => port > 0 && port < firstFreePort);
  if (reserved.length > 0) {
    lines.push(
      `# Port ${[...new Set(reserved)].join(', ')}.`,
      'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
      'AmbientCapabilities=CAP_NET_BIND_SERVICE',
    );
  }
  return `${lines.join('\n')}\n`;
}

/** That are bound on this machine. */
function portsOf({ server, cameras, video }: Config): number[] {
  return [
    ...(server.enabled ? [server.webPort] : []),
    ...cameras.flatMap(({ webrtcPort, rtp }) => [
      ...(video ? [webrtcPort] : []),
      ...(rtp.enabled ? [rtp.localPort, rtp.rtcpLocalPort] : []),
    ]),
  ];
}
