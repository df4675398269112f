/** A line of the streamer's log. */
export interface LogLine {
  readonly level: number;
  /** ISO 8601. */
  readonly time: string;
  readonly msg: string;
  readonly camera?: string;
  readonly state?: string;
  readonly code?: string;
}

/** Pino's number of what is no warning. */
export const infoLevel = 30;

/** The whole lines of a log so far. */
export function logLines(stderr: string): LogLine[] {
  return stderr
    .split('\n')
    .filter((line) => line.startsWith('{') && line.endsWith('}'))
    .map((line) => JSON.parse(line) as LogLine);
}
