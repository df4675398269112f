import { createInterface } from 'node:readline/promises';
import { Writable } from 'node:stream';
import { StreamerError } from '../../errors/index.js';
import { hashPassword } from '../../web/index.js';

const leastLength = 8;

/** Prints what stands for a password in the configuration. The password comes from the terminal, unseen, or a pipe. */
export async function hashPasswordCommand(): Promise<void> {
  const password = await readPassword();
  if (password.length < leastLength) {
    throw new StreamerError('ERR_USAGE', `a password needs ${String(leastLength)} characters or more`);
  }
  process.stdout.write(`${await hashPassword(password)}\n`);
}

async function readPassword(): Promise<string> {
  const silent = new Writable({
    write: (_chunk, _encoding, done) => {
      done();
    },
  });
  const { stdin } = process;
  if (stdin.isTTY) process.stderr.write('Password: ');
  const lines = createInterface({ input: stdin, output: silent, terminal: stdin.isTTY });
  try {
    for await (const line of lines) return line;
    return '';
  } finally {
    lines.close();
    if (stdin.isTTY) process.stderr.write('\n');
  }
}
