import { mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A fault of the library that test/debian13/run.sh --shim preloads: camera_faults.h there says which there are. */
export interface CameraFault {
  /** `KIND` or `KIND=ARGUMENT`. */
  readonly fault: string;
  /** A part of the camera's id; all cameras without it. */
  readonly camera?: string;
}

/** Which faults are on. They begin and end, within milliseconds, while cameras run. */
export class CameraFaults {
  /** For CAMERA_FAULTS_FILE. In a folder of its own, below /tmp, which the Debian 13 root shares. */
  readonly file = path.join(mkdtempSync(path.join(tmpdir(), 'pcs-faults-')), 'faults');

  constructor() {
    this.set();
  }

  /** These faults are on from now on, and no others. */
  set(...faults: readonly CameraFault[]): void {
    const lines = faults.map(({ fault, camera = '*' }) => `${fault} ${camera}\n`);
    writeFileSync(`${this.file}.new`, lines.join(''));
    renameSync(`${this.file}.new`, this.file);
  }
}
