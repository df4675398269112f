import { writeSync } from 'node:fs';
import { pino, type DestinationStream, type Logger } from 'pino';

export const logLevels = ['debug', 'info', 'warn', 'error'] as const;
export type LogLevel = (typeof logLevels)[number];

/** A line that can't be written, because a disk is full or nobody reads, is lost. That ends no stream. */
class StandardError implements DestinationStream {
  #isInLine = false;

  write(line: string): void {
    const bytes = Buffer.from(this.#isInLine ? `\n${line}` : line);
    let written = 0;
    try {
      while (written < bytes.length) written += writeSync(2, bytes, written);
    } catch {
      // There is nobody to tell.
    }
    if (written > 0) this.#isInLine = written < bytes.length;
  }
}

/** To standard error: JSON lines, or text on a terminal. */
export async function makeLogger(level: LogLevel): Promise<Logger> {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (!process.stderr.isTTY) return pino(options, new StandardError());
  const { default: pretty } = await import('pino-pretty');
  return pino(
    options,
    pretty({ destination: 2, sync: true, translateTime: 'SYS:HH:MM:ss.l', ignore: 'camera,state' }),
  );
}
