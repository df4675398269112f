// Sections by which the Go system was tuned. Little here depends on them, so any other key and any value of it is let
// through; the ones that are known are listed for the reference.
import { z } from 'zod';
import { key } from '../key-info.js';

function ignored(meaning: string, example: number) {
  return key(z.unknown().optional(), { meaning, allowed: 'anything', example, effect: 'none' });
}

function tuningSection<T extends z.ZodType>(section: T): T {
  return key(section, { meaning: 'Tuning of the Go system. Any other key is accepted here too.' });
}

const timeouts = z.looseObject({
  shutdown_timeout_seconds: key(z.number().min(1).max(3600).default(30), {
    meaning: 'How long a stop may take before the program ends at once, with exit code 1.',
    unit: 'seconds',
  }),
  http_shutdown_timeout_seconds: ignored('Time for the web server to stop.', 5),
});

const limits = z.looseObject({
  max_memory_usage_mb: key(z.int().min(0).max(1_048_576).default(0), {
    meaning:
      "Bound of the program's memory, near which it does less: first without MJPEG previews, then with every second JPEG. 0: only the bound of its control group (systemd, a container), if there is one.",
    unit: 'MiB',
  }),
  max_payload_size_mb: ignored('Bound of the size of a frame.', 2),
});

export const tuningSections = {
  buffers: tuningSection(
    z.looseObject({ frame_channel_size: ignored('Length of a queue of frames.', 30) }).prefault({}),
  ),
  timeouts: tuningSection(timeouts.prefault({})),
  logging: tuningSection(
    z
      .looseObject({
        frame_log_interval: ignored('How often frames are logged.', 30),
        stats_log_interval_seconds: ignored('How often statistics are logged.', 60),
      })
      .prefault({}),
  ),
  limits: tuningSection(limits.prefault({})),
  debug: tuningSection(z.looseObject({}).prefault({})),
};

export type TuningSection = keyof typeof tuningSections;

export function isTuningSection(name = ''): name is TuningSection {
  return Object.hasOwn(tuningSections, name);
}

/** Whether a section of tuning has the key, and not only lets it through. */
export function isTuningKey(section: TuningSection, name: string): boolean {
  return Object.hasOwn(tuningSections[section].unwrap().shape, name);
}
