import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import type { StreamerError } from '../../lib/errors/index.js';
import { parseReceiverSource } from '../../lib/receiver/index.js';
import { fileFailure, readRegularFile } from '../../lib/util/files.js';
import { Credentials } from '../../lib/web/security/credentials.js';
import { readTlsFiles } from '../../lib/web/security/tls-files.js';
import { temporaryFolder } from '../helpers/streamer.js';

test('a file is read whole, up to its bound, also where the system does not say how long it is', (context) => {
  const file = path.join(temporaryFolder(context), 'file');
  writeFileSync(file, '12345');
  assert.equal(readRegularFile(file, 5).toString(), '12345');
  assert.throws(() => readRegularFile(file, 4), { message: 'it has more than 4 bytes' });
  assert.match(readRegularFile('/proc/self/status', 100_000).toString(), /^Name:/);
});

/** What is no file, by what is said of it. */
const noFiles: Readonly<Record<string, (file: string) => void>> = {
  'it is a pipe, not a file': (file) => execFileSync('mkfifo', [file]),
  'it is a device, not a file': (file) => {
    symlinkSync('/dev/zero', file);
  },
  EISDIR: (file) => {
    symlinkSync('/', file);
  },
  ELOOP: (file) => {
    symlinkSync(file, file);
  },
  ENOENT: () => undefined,
  'it has more than': (file) => {
    writeFileSync(file, '');
    truncateSync(file, 2 ** 32);
  },
};

/** Everything that reads a file which somebody names; the configuration is in test/config/load.test.ts. */
const readers: Readonly<Record<string, (file: string) => unknown>> = {
  'a token': (tokenFile) =>
    new Credentials({ tokens: [{ name: 'a', rights: 'read', tokenFile }], users: [] }),
  'a certificate': (certFile) => readTlsFiles({ certFile, keyFile: '/etc/hostname' }),
  'the key of a certificate': (keyFile) => readTlsFiles({ certFile: '/etc/hostname', keyFile }),
  'a session description': (file) => parseReceiverSource(file),
};

for (const [what, read] of Object.entries(readers)) {
  for (const [reason, make] of Object.entries(noFiles)) {
    test(`${what} is refused at once: ${reason}`, (context) => {
      const file = path.join(temporaryFolder(context), 'file');
      make(file);
      assert.throws(
        () => read(file),
        ({ code, message }: StreamerError) => code === 'ERR_FILE_NOT_FOUND' && message.includes(`(${reason}`),
      );
    });
  }
}

test('a system error is said by its code, others by their message', () => {
  assert.equal(fileFailure(Object.assign(new Error('x'), { code: 'EIO' })), 'EIO');
  assert.equal(fileFailure(new Error('it is a pipe')), 'it is a pipe');
  assert.equal(fileFailure('x'), 'x');
});
