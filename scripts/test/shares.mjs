// Processes that leave the processors to others: those of share `low` take what they must when others want them, too,
// those of share `idle` nothing.
//
// A cgroup does that. Nice values and SCHED_IDLE hold only among the processes of a session: Linux shares the processors
// among sessions first (sched_autogroup), and tests start sessions. They are all there is where no cgroup can be made, as
// without root; what is measured beside such a process is then disturbed for some milliseconds now and then.
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const isUnified = existsSync('/sys/fs/cgroup/cgroup.controllers');
const root = isUnified ? '/sys/fs/cgroup' : '/sys/fs/cgroup/cpu';

const shares = {
  low: { setting: isUnified ? ['cpu.weight', '5'] : ['cpu.shares', '51'], otherwise: ['nice', '-n', '15'] },
  idle: { setting: ['cpu.idle', '1'], otherwise: ['chrt', '--idle', '0'] },
};

const folders = new Map();

/** Starts a command, as spawn() does, that takes less than its share of the processors. It ends with this program. */
export function startWithShare(share, command, args, options) {
  if (!folders.has(share)) folders.set(share, makeCgroup(share));
  const folder = folders.get(share);
  const inCgroup = ['sh', '-c', 'echo $$ > "$0/cgroup.procs"; exec "$@"', folder];
  const prefix = folder ? inCgroup : shares[share].otherwise;
  return spawn('setpriv', ['--pdeathsig=TERM', ...prefix, command, ...args], options);
}

/** The folder of a new cgroup, which goes with this program. Undefined where none can be made. */
function makeCgroup(share) {
  const folder = path.join(root, `pi-camera-streamer-tests-${process.pid}-${share}`);
  const [file, value] = shares[share].setting;
  try {
    mkdirSync(folder);
    process.once('exit', () => remove(folder));
    writeFileSync(path.join(folder, file), value, { flag: 'r+' });
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
