// Processes that get the time of the processors that nobody else wants.
//
// A cgroup with cpu.idle is that. SCHED_IDLE holds only among the processes of a session: Linux shares the processors
// among sessions first (sched_autogroup), and tests start sessions. It is all there is where no cgroup can be made, as
// without root; what is measured beside such a process is then disturbed for some milliseconds now and then.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

let cgroup;

/** Starts a command, as spawn() does. It ends with this program. */
export function startIdle(command, args, options) {
  cgroup ??= makeIdleCgroup() ?? '';
  const inCgroup = ['sh', '-c', 'echo $$ > "$0/cgroup.procs"; exec "$@"', cgroup];
  const prefix = cgroup ? inCgroup : ['chrt', '--idle', '0'];
  return spawn('setpriv', ['--pdeathsig=TERM', ...prefix, command, ...args], options);
}

/** The folder of a new cgroup, which goes with this program. Undefined where none can be made. */
function makeIdleCgroup() {
  const isUnified = existsSync('/sys/fs/cgroup/cgroup.controllers');
  const folder = `/sys/fs/cgroup/${isUnified ? '' : 'cpu/'}pi-camera-streamer-tests-${process.pid}`;
  try {
    mkdirSync(folder);
    process.once('exit', () => remove(folder));
    writeFileSync(path.join(folder, 'cpu.idle'), '1', { flag: 'r+' });
    return folder;
  } catch {
    return undefined;
  }
}

function remove(folder) {
  try {
    rmdirSync(folder);
  } catch {
    // Something runs in it still: an empty cgroup costs nothing.
  }
}
