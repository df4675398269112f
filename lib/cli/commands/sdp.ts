import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { describeStreams, type StreamDescription } from '../../app/index.js';
import { applyOverrides, loadConfig, withMode, type Overrides } from '../../config/index.js';
import { StreamerError } from '../../errors/index.js';
import { writeWhole } from '../../util/files.js';
import { checkSomethingToDo } from '../check-something-to-do.js';

export interface SdpOptions extends Overrides {
  readonly config?: string;
  /** Only this camera's streams. */
  readonly camera?: string;
  /** A folder to write files to, in place of standard output. */
  readonly out?: string;
}

/** Writes the session descriptions of what would be streamed. */
export async function sdp(options: SdpOptions): Promise<void> {
  const config = withMode(applyOverrides(loadConfig(options.config).config, options), 'mjpeg-rtp');
  checkSomethingToDo(config);
  const all = await describeStreams(config);
  const wanted = all.filter(({ camera }) => options.camera === undefined || camera === options.camera);
  if (wanted.length === 0) {
    const names = [...new Set(all.map(({ camera }) => camera))].join(', ');
    throw new StreamerError(
      'ERR_USAGE',
      `--camera is ${String(options.camera)}, but what is sent is ${names}`,
    );
  }
  const { out } = options;
  if (out === undefined) {
    for (const description of wanted) process.stdout.write(description.sdp);
    return;
  }
  mkdirSync(out, { recursive: true });
  for (const description of wanted) process.stdout.write(`${writeDescription(out, description)}\n`);
}

/** Writes `camera1.sdp`, `camera1-2.sdp` for its second destination: whole or not at all. */
function writeDescription(folder: string, { camera, destination, sdp: text }: StreamDescription): string {
  const suffix = destination === 0 ? '' : `-${String(destination + 1)}`;
  const file = path.join(folder, `${camera}${suffix}.sdp`);
  writeWhole(file, text);
  return file;
}
