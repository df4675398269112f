import { StreamerError } from '../../errors/index.js';
import { runCommand } from './commands.js';
import { unitName } from './service-paths.js';

/** What systemd knows of the service. */
export interface ServiceStatus {
  readonly isInstalled: boolean;
  /** Whether it is started with the system. */
  readonly isEnabled: boolean;
  /** systemd's word, such as `active`, `activating`, `failed`. */
  readonly state: string;
  /** systemd's word, such as `running`, `auto-restart`. */
  readonly subState: string;
  /** As the service tells of its cameras; empty: nothing yet. */
  readonly statusLine: string;
  /** How it ended last: `success`, `exit-code`, `watchdog`, `oom-kill` ... */
  readonly result: string;
  /** Since it was last started by hand or with the system. */
  readonly restarts: number;
  /** Undefined: it does not run. */
  readonly mainPid: number | undefined;
  /** Undefined: not known, as where the kernel does not count it. */
  readonly memoryBytes: number | undefined;
  /** Undefined: none. */
  readonly memoryMaxBytes: number | undefined;
}

const properties = [
  ...['LoadState', 'UnitFileState', 'ActiveState', 'SubState', 'StatusText', 'Result', 'NRestarts'],
  ...['MainPID', 'MemoryCurrent', 'MemoryMax'],
];

/** @throws StreamerError ERR_SERVICE where there is no systemd to ask */
export function serviceStatus(): ServiceStatus {
  const { succeeded, stdout, stderr } = runCommand([
    'systemctl',
    'show',
    unitName,
    ...properties.map((name) => `--property=${name}`),
  ]);
  if (!succeeded) throw new StreamerError('ERR_SERVICE', `systemd can't be asked: ${stderr.trim()}`);
  return parseServiceStatus(stdout);
}

/** @param text - of `systemctl show` */
export function parseServiceStatus(text: string): ServiceStatus {
  const values = new Map(text.split('\n').map((line) => splitOnce(line)));
  const value = (name: string): string => values.get(name) ?? '';
  return {
    isInstalled: value('LoadState') === 'loaded',
    isEnabled: value('UnitFileState') === 'enabled',
    state: value('ActiveState'),
    subState: value('SubState'),
    statusLine: value('StatusText'),
    result: value('Result'),
    restarts: Number(value('NRestarts')),
    mainPid: known(value('MainPID')),
    memoryBytes: known(value('MemoryCurrent')),
    memoryMaxBytes: known(value('MemoryMax')),
  };
}

function splitOnce(line: string): [name: string, value: string] {
  const at = line.indexOf('=');
  return [line.slice(0, at), line.slice(at + 1)];
}

/** Without systemd's ways to say that there is none: `0`, `[not set]`, `infinity`, the largest number. */
function known(text: string): number | undefined {
  const number = Number(text);
  return number > 0 && number < Number.MAX_SAFE_INTEGER ? number : undefined;
}
