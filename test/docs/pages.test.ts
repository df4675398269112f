// The commands of the documentation that are marked to be run, each page as it stands: on two machines that a cable joins,
// one after the other, with the files that the page shows. Only that test patterns take the place of cameras, and that
// what shows a window decodes some frames in place of it.
import assert from 'node:assert/strict';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, test, type TestContext } from 'node:test';
import { projectRoot } from '../helpers/debian13.js';
import { documentationPages } from '../helpers/documentation.js';
import { makeNetwork, setAddress, type Host } from '../helpers/network.js';
import { runToEnd, until, type RunningProcess } from '../helpers/processes.js';
import { temporaryFolder } from '../helpers/streamer.js';
import { markedBlocks, type Machine, type MarkedBlock } from './marked-blocks.js';

const addresses = { pi: '192.168.1.10', laptop: '192.168.1.20' };
const commandTimeoutSeconds = 60;

const prologue = `set -euo pipefail
gst-launch-1.0() {
  local words=()
  for word; do if [ "$word" = autovideosink ]; then words+=(fakesink num-buffers=20); else words+=("$word"); fi; done
  command gst-launch-1.0 --quiet "\${words[@]}"
}
ffplay() { ffmpeg -loglevel error "$@" -frames:v 20 -f null -; }
`;

/** The package is installed there. */
function makeFolder(context: TestContext): string {
  const folder = temporaryFolder(context);
  const modules = path.join(folder, 'node_modules');
  mkdirSync(path.join(modules, '.bin'), { recursive: true });
  symlinkSync(projectRoot, path.join(modules, 'pi-camera-streamer'));
  symlinkSync('../pi-camera-streamer/dist/cli/main.js', path.join(modules, '.bin', 'pi-camera-streamer'));
  return folder;
}

async function makeMachines(context: TestContext): Promise<Record<Machine, Host>> {
  const { sender: pi, receiver: laptop } = await makeNetwork(context);
  await setAddress(pi, addresses.pi);
  await setAddress(laptop, addresses.laptop);
  return { pi, laptop };
}

function withTestPatterns(config: string): string {
  return config.replaceAll(/^\[camera\d+\]\n(?!device)/gm, '$&device = "test"\n');
}

/** Ends whatever runs on it. */
async function switchOff({ namespace }: Host): Promise<void> {
  const ids = (await runToEnd('ip', ['netns', 'pids', namespace])).split('\n').filter((id) => id !== '');
  for (const id of ids) process.kill(Number(id), 'SIGKILL');
}

/** Waits until a streamer in the background says where its web server is, and that its cameras stream. */
async function waitForStart(running: RunningProcess): Promise<void> {
  const cameras = (state: string): number => running.stderr().split(`"state":"${state}"`).length - 1;
  const hasStarted = (): boolean =>
    running.stderr().includes('"url":') && cameras('streaming') >= cameras('starting');
  await until('its start', () => hasStarted() || running.child.exitCode !== null);
  assertRuns(running);
}

function assertRuns(running: RunningProcess): void {
  assert.equal(running.child.exitCode, null, `it has ended: ${running.stderr()}`);
}

async function runPage(context: TestContext, blocks: readonly MarkedBlock[]): Promise<void> {
  const folder = makeFolder(context);
  const machines = await makeMachines(context);
  const inBackground: RunningProcess[] = [];
  try {
    for (const block of blocks) {
      if (block.kind === 'file') {
        writeFileSync(path.join(folder, block.name), withTestPatterns(block.text));
        continue;
      }
      const shell = ['bash', '-c', prologue + block.text];
      const limited = block.inBackground ? shell : ['timeout', String(commandTimeoutSeconds), ...shell];
      const running = machines[block.machine].start('env', limited, { cwd: folder });
      if (block.inBackground) {
        inBackground.push(running);
        await waitForStart(running);
        continue;
      }
      const code = await running.exited;
      const said = [running, ...inBackground].map((each) => each.stdout() + each.stderr());
      assert.equal(code, 0, [block.text, ...said].join('\n'));
    }
    inBackground.forEach(assertRuns);
  } finally {
    await Promise.all(Object.values(machines).map(switchOff));
  }
}

describe('what is marked in a page runs', { concurrency: 2 }, () => {
  for (const page of documentationPages(projectRoot)) {
    const blocks = markedBlocks(projectRoot, page);
    if (blocks.every(({ kind }) => kind === 'file')) continue;
    test(page, { timeout: 180_000 }, (context) => runPage(context, blocks));
  }
});
