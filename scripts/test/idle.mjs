// Processes that get the time of the processors that nobody else wants.
//
// SCHED_IDLE alone does not do that: Linux shares the processors among sessions first (sched_autogroup), and only within
// one by the scheduling classes of its processes. A cgroup with cpu.idle is behind all sessions. Where none may be
// made (only root may), the session takes the smallest share that it can have: what is measured beside it is then
// disturbed for some milliseconds now and then.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { root } from '../run.mjs';

const hierarchies = ['/sys/fs/cgroup', '/sys/fs/cgroup/cpu']; // of cgroup v2, and of v1

/** The folder of a new cgroup with cpu.idle, which goes with this program. Undefined where none can be made. */
function makeIdleCgroup() {
  for (const hierarchy of hierarchies) {
    const folder = path.join(hierarchy, `pi-camera-streamer-tests-${process.pid}`);
    try {
      mkdirSync(folder);
      process.once('exit', () => remove(folder));
      if (!existsSync(path.join(folder, 'cpu.idle'))) continue; // no cgroup, or one without this controller
      writeFileSync(path.join(folder, 'cpu.idle'), '1');
      return folder;
    } catch {
      continue;
    }
  }
  return undefined;
}

function remove(folder) {
  try {
    rmdirSync(folder);
  } catch {
    // Something runs in it still: an empty cgroup costs nothing.
  }
}

let cgroup;

/** Starts a command, in a process group of its own, with the idle time of the processors. It ends with this program. */
export function startIdle(command, args, stdio) {
  cgroup ??= makeIdleCgroup() ?? '';
  const join =
    'if [ "$1" ]; then echo $$ > "$1/cgroup.procs"; else echo 19 > /proc/self/autogroup; fi 2> /dev/null';
  const run = ['sh', '-c', `${join}; shift; exec "$@"`, 'sh', cgroup, command, ...args];
  const idle = ['--pdeathsig=TERM', 'chrt', '--idle', '0', ...run];
  return spawn('setpriv', idle, { cwd: root, stdio, detached: true });
}
