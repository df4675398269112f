import { mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { projectRoot } from './debian13.js';
import { runToEnd } from './processes.js';

const headers = createRequire(import.meta.url).resolve('node-api-headers');

/** Compiles an addon that speaks these versions. A native one of 0: it says none. */
export async function compileAddon(
  file: string,
  versions: { readonly native: number; readonly source: number },
  libraries: readonly string[] = [],
): Promise<string> {
  const native = versions.native === 0 ? [] : [`-DNATIVE_ABI=${String(versions.native)}`];
  const include = path.join(path.dirname(headers), 'include');
  const from = path.join(projectRoot, 'test', 'package', 'other_addon.c');
  const settings = [...native, `-DSOURCE_ABI=${String(versions.source)}`, '-I', include];
  await runToEnd('cc', ['-shared', '-fPIC', ...settings, from, ...libraries, '-o', file]);
  return file;
}

/** Compiles a library that has nothing in it but a SONAME. */
export async function compileLibrary(folder: string, soname: string): Promise<string> {
  const from = path.join(folder, 'empty.c');
  const file = path.join(folder, soname);
  mkdirSync(folder, { recursive: true });
  writeFileSync(from, '');
  await runToEnd('cc', ['-shared', '-fPIC', `-Wl,-soname,${soname}`, from, '-o', file]);
  return file;
}
