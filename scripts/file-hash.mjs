import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './run.mjs';

/** The files below a file or folder, sorted. */
export function filesBelow(file) {
  if (!statSync(file).isDirectory()) return [file];
  return readdirSync(file)
    .sort()
    .flatMap((name) => filesBelow(path.join(file, name)));
}

export const sha256 = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** SHA-256 over names and contents of all that lies at these paths of the project. */
export function hashOf(paths) {
  const lines = paths
    .flatMap((name) => filesBelow(path.join(root, name)))
    .map((file) => `${sha256(readFileSync(file))}  ${path.relative(root, file)}\n`);
  return sha256(lines.join(''));
}
