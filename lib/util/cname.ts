import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';

/**
 * A CNAME that all streams of this machine share (RFC 7022 section 4.2: made from an identifier that stays, and
 * hashed, so that it can't be traced back).
 */
export function defaultCname(): string {
  return createHash('sha256').update('pi-camera-streamer').update(machineId).digest('base64url').slice(0, 22);
}

const machineId = readMachineId();

function readMachineId(): string | Buffer {
  try {
    return readFileSync('/etc/machine-id', 'utf8');
  } catch {
    return randomBytes(16); // the same for this process at least
  }
}
