import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A small file system that only one process sees, with its configuration and its log. */
export class SmallDisk {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'pcs-disk-'));

  /** Its configuration, as the process sees it. */
  get config(): string {
    return path.join(this.#folder, 'config.toml');
  }

  /** What to put before a command so that it has the disk. @param config - is copied to it */
  prefix(config: string): readonly string[] {
    const script = [
      'mount -t tmpfs -o size=128k tmpfs "$0"',
      'cp "$1" "$0/config.toml"',
      'shift',
      'exec "$@" 2> "$0/log"',
    ];
    return ['unshare', '-m', 'sh', '-c', script.join(' && '), this.#folder, config];
  }

  /** Takes all the room that is left. */
  fill(processId: number): void {
    const filler = this.#filler(processId);
    const fillOn = (bytes: number): void => {
      for (let i = 0; i < 128; i++) writeFileSync(filler, Buffer.alloc(bytes), { flag: 'a' });
    };
    assert.throws(() => {
      fillOn(4096);
    }, /ENOSPC/);
  }

  empty(processId: number): void {
    rmSync(this.#filler(processId));
  }

  /** As other processes see it. */
  #filler(processId: number): string {
    return path.join(`/proc/${String(processId)}/root`, this.#folder, 'filler');
  }
}
