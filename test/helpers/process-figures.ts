import { readdirSync, readFileSync } from 'node:fs';

/** What a process holds. */
export interface ProcessFigures {
  readonly descriptors: number;
  readonly threads: number;
  readonly rssMiB: number;
}

/** @throws Error when there is no such process */
export function processFigures(processId: number): ProcessFigures {
  const folder = `/proc/${String(processId)}`;
  const status = readFileSync(`${folder}/status`, 'utf8');
  return {
    descriptors: readdirSync(`${folder}/fd`).length,
    threads: readdirSync(`${folder}/task`).length,
    rssMiB: Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) / 1024,
  };
}
