import { accessSync, constants } from 'node:fs';
import path from 'node:path';
import { measure, reportText, type MeasureReport } from '../../app/index.js';
import { StreamerError } from '../../errors/index.js';
import { fileFailure, writeWhole } from '../../util/files.js';
import { ExitCode } from '../exit-code.js';
import { stopSignal } from '../stop-signal.js';

export interface MeasureCommandOptions {
  /** True: JSON in place of text; a name: text, and JSON to that file. */
  readonly json: true | string | undefined;
  /** How long each measurement takes. */
  readonly seconds: number | undefined;
}

/** Measures how each camera streams, tells of it meanwhile, and writes the report. Nothing is written when it is stopped. */
export async function measureCameras({ json, seconds = 20 }: MeasureCommandOptions): Promise<number> {
  const file = typeof json === 'string' ? json : undefined;
  if (file !== undefined) checkFolder(file);
  const report = await measureUntilStopped(seconds);
  if (!report) return ExitCode.done;
  const asJson = `${JSON.stringify(report, undefined, 2)}\n`;
  process.stdout.write(json === true ? asJson : reportText(report));
  if (file !== undefined) writeReport(file, asJson);
  return ExitCode.done;
}

/** @returns nothing when a signal ended it */
async function measureUntilStopped(seconds: number): Promise<MeasureReport | undefined> {
  const signal = stopSignal();
  const begunMs = performance.now();
  const onProgress = (text: string): void => {
    process.stderr.write(`${elapsedText(begunMs)}  ${text}\n`);
  };
  try {
    const report = await measure({ seconds, signal, onProgress });
    onProgress('done');
    return report;
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
    onProgress('stopped before the end: there is no report');
    return undefined;
  }
}

/** A time as people read it, such as `1:05`. */
function elapsedText(begunMs: number): string {
  const elapsedSeconds = Math.floor((performance.now() - begunMs) / 1000);
  return `${String(Math.floor(elapsedSeconds / 60))}:${String(elapsedSeconds % 60).padStart(2, '0')}`;
}

/** Minutes before the report is there. @throws StreamerError ERR_FILE_WRITE */
function checkFolder(file: string): void {
  try {
    accessSync(path.dirname(file), constants.W_OK);
  } catch (error) {
    throw writeError(file, error);
  }
}

/** @throws StreamerError ERR_FILE_WRITE */
function writeReport(file: string, text: string): void {
  try {
    writeWhole(file, text);
  } catch (error) {
    throw writeError(file, error);
  }
}

function writeError(file: string, error: unknown): StreamerError {
  const message = `${file}: cannot be written (${fileFailure(error)}); name a file in a folder of yours`;
  return new StreamerError('ERR_FILE_WRITE', message, error);
}
