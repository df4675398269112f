import { checkEnvironment } from '../../app/index.js';
import type { Hangups } from '../../app/hangups.js';
import {
  applyOverrides,
  loadConfig,
  withMode,
  type LoadedConfig,
  type Overrides,
  type StreamMode,
} from '../../config/index.js';
import { StreamerError } from '../../errors/index.js';
import { checkSomethingToDo } from '../check-something-to-do.js';
import { makeLogger, type LogLevel } from '../logger.js';
import { runStreams } from '../run-streams.js';
import { stopSignal } from '../stop-signal.js';

export interface StreamOptions extends Overrides {
  readonly config?: string;
  readonly mode: StreamMode;
  readonly logLevel: LogLevel;
  readonly frames?: number;
  readonly duration?: number;
}

/** Streams what the configuration and the options say, and reads them anew at hangups. */
export async function stream(options: StreamOptions, hangups: Hangups): Promise<number> {
  const logger = await makeLogger(options.logLevel);
  checkMode(options);
  const load = (): LoadedConfig => {
    const read = loadConfig(options.config);
    const config = withMode(applyOverrides(read.config, options), options.mode);
    checkSomethingToDo(config);
    return { ...read, config };
  };
  const loaded = load();
  // What is named by flag is typed by somebody who waits for an answer; a file may run before the network does.
  await checkEnvironment(loaded.config, {
    cameras: options.source !== undefined,
    hosts: options.dest !== undefined,
  });
  for (const notice of loaded.notices) logger.info(notice);
  return runStreams({
    loaded,
    reload: { load, hangups },
    logger,
    signal: stopSignal(options.duration),
    ...(options.frames !== undefined && { maxFrames: options.frames }),
  });
}

function checkMode({ mode, dest }: StreamOptions): void {
  if (mode !== 'webrtc' || dest === undefined) return;
  throw new StreamerError(
    'ERR_USAGE',
    '--dest says where JPEG goes by RTP, which mode webrtc does not send: give -mode mjpeg-rtp, or -mode both',
  );
}
