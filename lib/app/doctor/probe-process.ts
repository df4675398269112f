// The process that probe() starts: it asks one question and writes the answer as JSON.
import { listCameras } from '../../camera/index.js';
import { StreamerError } from '../../errors/index.js';
import { resolveHost } from '../../net/resolve-host.js';
import type { ProbeAnswers, ProbeOutput } from './probe.js';

const [question, subject = ''] = process.argv.slice(2);

async function ask(): Promise<ProbeOutput<ProbeAnswers[keyof ProbeAnswers]>> {
  try {
    return { answer: question === 'cameras' ? await listCameras() : await resolveHost(subject) };
  } catch (error) {
    if (!(error instanceof StreamerError)) throw error;
    return { error: error.message };
  }
}

process.stdout.write(`\n${JSON.stringify(await ask())}\n`);
