import { createWriteStream, mkdirSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Writable } from 'node:stream';
import { StreamerError } from '../errors/index.js';

/** Where received frames go. A frame's bytes are its own until write() has resolved. */
export interface FrameWriter {
  /** @throws StreamerError ERR_FILE_WRITE */
  write(jpeg: Uint8Array): Promise<void>;
  /** Whether whoever reads has stopped reading. */
  readonly isOver: boolean;
}

/** Numbered files, `frame-000001.jpg` and so on, each whole or not there. */
export class FolderWriter implements FrameWriter {
  readonly isOver = false;
  readonly #folder: string;
  #count = 0;

  constructor(folder: string) {
    this.#folder = folder;
    try {
      mkdirSync(folder, { recursive: true });
    } catch (error) {
      throw writeError(folder, error);
    }
  }

  async write(jpeg: Uint8Array): Promise<void> {
    const file = path.join(this.#folder, `frame-${String(++this.#count).padStart(6, '0')}.jpg`);
    try {
      await writeFile(`${file}.part`, jpeg);
      await rename(`${file}.part`, file);
    } catch (error) {
      throw writeError(file, error);
    }
  }
}

/** One JPEG after the other: a file that FFmpeg and others read as `mjpeg`, or `-` for standard output. */
export class MjpegWriter implements FrameWriter {
  readonly #name: string;
  readonly #stream: Writable;
  #isOver = false;

  constructor(file: string) {
    this.#name = file === '-' ? 'standard output' : file;
    this.#stream = file === '-' ? process.stdout : createWriteStream(file);
    this.#stream.on('error', () => undefined); // told to the write that failed
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  write(jpeg: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#stream.write(jpeg, (error) => {
        this.#isOver = (error as NodeJS.ErrnoException | null | undefined)?.code === 'EPIPE';
        if (error && !this.#isOver) reject(writeError(this.#name, error));
        else resolve();
      });
    });
  }
}

function writeError(name: string, error: unknown): StreamerError {
  const reason = error instanceof Error ? error.message : String(error);
  return new StreamerError('ERR_FILE_WRITE', `${name} cannot be written: ${reason}`, error);
}
