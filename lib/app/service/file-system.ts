import { chmodSync, mkdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { StreamerError } from '../../errors/index.js';
import { fileFailure, textOf } from '../../util/files.js';

/** A file that the installation makes. Its path is seen from the root. */
export interface PlannedFile {
  readonly path: string;
  readonly content: string;
}

export type FileChange = 'new' | 'changed' | 'unchanged';

/** The files of a system, which need not be this one. */
export class SystemFiles {
  readonly root: string;

  /** @param root - `/`, or the folder that has another system in it */
  constructor(root: string) {
    this.root = path.resolve(root);
  }

  /** Whether it is the one that runs. */
  get isRunning(): boolean {
    return this.root === '/';
  }

  /** Where this file is. */
  at(file: string): string {
    return path.join(this.root, file);
  }

  /** Empty where there is none. */
  read(file: string): string {
    return textOf(this.at(file));
  }

  compare({ path: file, content }: PlannedFile): FileChange {
    try {
      return readFileSync(this.at(file), 'utf8') === content ? 'unchanged' : 'changed';
    } catch {
      return 'new';
    }
  }

  /**
   * The file is there whole or not at all, for all to read.
   *
   * @throws StreamerError ERR_SERVICE
   */
  write({ path: file, content }: PlannedFile): void {
    const target = this.at(file);
    const part = `${target}.part`;
    try {
      mkdirSync(path.dirname(target), { recursive: true, mode: 0o755 });
      writeFileSync(part, content, { flush: true });
      chmodSync(part, 0o644); // whatever root's umask is
      renameSync(part, target);
    } catch (error) {
      rmSync(part, { force: true });
      throw failure(target, 'written', error);
    }
  }

  /** @throws StreamerError ERR_SERVICE */
  remove(file: string): void {
    try {
      rmSync(this.at(file), { force: true });
    } catch (error) {
      throw failure(this.at(file), 'removed', error);
    }
  }

  /** Only when nothing is in it. Returns whether it is gone by that. */
  removeEmptyFolder(folder: string): boolean {
    try {
      rmdirSync(this.at(folder));
      return true;
    } catch {
      return false; // somebody else's files are in it
    }
  }
}

function failure(file: string, done: string, error: unknown): StreamerError {
  return new StreamerError('ERR_SERVICE', `${file}: cannot be ${done} (${fileFailure(error)})`, error);
}
