import { runCommand, type Command } from './commands.js';

/** As whom a file is looked at: a user that there is, or one that is still to be made, who is nobody yet. */
export type Identity = { readonly user: string } | 'nobody';

const nobody = '65534';

/** Whether this user may do that with a file, by trying it as that user: modes, owners and access lists all count. */
export function isAllowed(identity: Identity, what: 'read' | 'write' | 'execute', file: string): boolean {
  const test = { read: '-r', write: '-w', execute: '-x' }[what];
  return runCommand(['setpriv', ...switchTo(identity), 'test', test, file]).succeeded;
}

function switchTo(identity: Identity): string[] {
  if (identity === 'nobody') return [`--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'];
  const primaryGroup: Command = ['id', '-g', identity.user];
  const group = runCommand(primaryGroup).stdout.trim();
  return [`--reuid=${identity.user}`, `--regid=${group}`, '--init-groups'];
}
