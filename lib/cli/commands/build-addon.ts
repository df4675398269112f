import { buildAddon as build } from '../../app/index.js';
import { stopSignal } from '../stop-signal.js';

export interface BuildAddonOptions {
  /** Also the core addon. */
  readonly all?: boolean;
}

/** Builds the camera addon for this machine's libcamera, and says where it is. */
export async function buildAddon({ all = false }: BuildAddonOptions): Promise<void> {
  // What root builds is for all users to read and for none of them to write, whatever root's umask is.
  if (process.getuid?.() === 0) process.umask(0o022);
  // The compilers have a session of their own, so that a terminal that closes would leave them, and their files.
  const hangUp = new AbortController();
  process.once('SIGHUP', () => {
    hangUp.abort();
  });
  const built = await build({
    core: all,
    signal: AbortSignal.any([stopSignal(), hangUp.signal]),
    report: {
      progress: (line) => process.stdout.write(`${line}\n`),
      failure: (output) => process.stderr.write(`${output}\n`),
    },
  });
  if (built.every(({ libcamera }) => libcamera === undefined)) {
    process.stdout.write('No camera addon: there are no headers of a libcamera that is new enough.\n');
  }
  for (const { file, libcamera } of built) {
    process.stdout.write(`${file}: ${libcamera === undefined ? 'core' : `libcamera ${libcamera}`}\n`);
  }
}
