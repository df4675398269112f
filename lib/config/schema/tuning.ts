// Sections by which the Go system was tuned. Nothing here depends on them, so any key and any value is let through;
// the ones that are known are listed for the reference.
import { z } from 'zod';
import { key } from '../key-info.js';

function ignored(meaning: string, example: number) {
  return key(z.unknown().optional(), { meaning, allowed: 'anything', example, effect: 'none' });
}

function tuningSection(keys: Record<string, ReturnType<typeof ignored>>) {
  return key(z.looseObject(keys).prefault({}), {
    meaning: 'Tuning of the Go system. Any other key is accepted here too.',
  });
}

export const tuningSections = {
  buffers: tuningSection({ frame_channel_size: ignored('Length of a queue of frames.', 30) }),
  timeouts: tuningSection({
    shutdown_timeout_seconds: ignored('Time for a stop.', 30),
    http_shutdown_timeout_seconds: ignored('Time for the web server to stop.', 5),
  }),
  logging: tuningSection({
    frame_log_interval: ignored('How often frames are logged.', 30),
    stats_log_interval_seconds: ignored('How often statistics are logged.', 60),
  }),
  limits: tuningSection({
    max_memory_usage_mb: ignored('Bound of the memory used.', 512),
    max_payload_size_mb: ignored('Bound of the size of a frame.', 2),
  }),
  debug: tuningSection({}),
};

export function isTuningSection(name = ''): boolean {
  return Object.hasOwn(tuningSections, name);
}
