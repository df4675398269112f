import {
  chmodSync,
  chownSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { AddonAttempt } from '../../lib/native/loader.js';
import { copyParts } from './copy.js';
import { projectRoot } from './debian13.js';
import { start, type RunningProcess } from './processes.js';

/** The core addon of this checkout. */
export const realCore = path.join(projectRoot, 'build', 'Release', 'core.node');

/** What came of a search, in a process of its own. */
export interface SearchResult {
  /** Of the addon that was taken; absent: none was. */
  readonly file?: string;
  readonly attempts: readonly AddonAttempt[];
  /** CODE: message; empty when an addon was taken. */
  readonly error: string;
}

const script = `
  const [folder, kind, Kind] = process.argv.slice(1);
  const { ['search' + Kind + 'Addon']: search, [kind + 'Addon']: take } =
    await import(folder + '/dist/native/' + kind + '-addon.js');
  const { loaded, attempts } = search();
  let error = '';
  try { take(); } catch (thrown) { error = thrown.code + ': ' + thrown.message; }
  console.log(JSON.stringify({ file: loaded?.file, attempts, error }));`;

/** Root may read every folder, and has no folder of addons of its own. */
export const ordinaryUser: { uid?: number; gid?: number } =
  process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {};

const loaderParts = ['dist', 'package.json', 'node_modules/bindings', 'node_modules/file-uri-to-path'];

/** What npm installs: the files of package.json but for addons, and the modules that are needed at run time. */
export function installedParts(): string[] {
  const { files } = readJson('package.json') as { files: string[] };
  const { packages } = readJson('package-lock.json') as { packages: Record<string, { dev?: boolean }> };
  const modules = Object.keys(packages).filter((name) => name !== '' && packages[name]?.dev !== true);
  const parts = [...files, 'package.json', ...modules].filter((part) => part !== 'prebuilds');
  return parts.filter((part) => existsSync(path.join(projectRoot, part)));
}

function readJson(name: string): unknown {
  return JSON.parse(readFileSync(path.join(projectRoot, name), 'utf8'));
}

/** A copy of the built package with no addon in it, for an ordinary user who may not write to it. */
export class PackageCopy {
  readonly folder = mkdtempSync(path.join(tmpdir(), 'pcs-package-'));
  /** Folders of addons, in the order in which they are looked into. */
  readonly local = path.join(this.folder, 'build', 'Release');
  readonly prebuilt = path.join(this.folder, 'prebuilds', `${process.platform}-${process.arch}`);
  /** XDG_DATA_HOME, where the user may write. */
  readonly data = path.join(this.folder, 'data');

  /**
   * @param t - after which the copy goes
   * @param parts - what to copy; at least what the loader needs
   */
  constructor(t: { after(remove: () => void): void }, parts: readonly string[] = loaderParts) {
    chmodSync(this.folder, 0o755);
    mkdirSync(this.data);
    this.giveData();
    copyParts(parts, this.folder);
    t.after(() => {
      rmSync(this.folder, { recursive: true });
    });
  }

  /** The user's own folder of addons of this interface and this version of the package. */
  own(abi: number, version: string): string {
    const addons = path.join(this.data, 'pi-camera-streamer', 'addons');
    return path.join(addons, `abi-${String(abi)}`, version, `${process.platform}-${process.arch}`);
  }

  /** Puts an addon into one of those folders. Returns its path. */
  put(from: string, folder: string, name = 'core.node'): string {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    cpSync(from, file);
    return file;
  }

  /** Makes all in the data folder the user's. */
  giveData(): void {
    const { uid, gid } = ordinaryUser;
    if (uid === undefined || gid === undefined) return;
    const within = readdirSync(this.data, { recursive: true, encoding: 'utf8' });
    for (const name of ['.', ...within]) chownSync(path.join(this.data, name), uid, gid);
  }

  /** Lets the package's loader search. */
  async search(
    kind: 'core' | 'camera',
    environment: NodeJS.ProcessEnv = {},
    user: { uid?: number; gid?: number } = ordinaryUser,
  ): Promise<SearchResult> {
    const args = [
      '--input-type=module',
      '-e',
      script,
      this.folder,
      kind,
      kind === 'core' ? 'Core' : 'Camera',
    ];
    const child = start(process.execPath, args, { env: this.#environment(environment), ...user });
    if ((await child.exited) !== 0) throw new Error(child.stderr());
    return JSON.parse(child.stdout()) as SearchResult;
  }

  /** Starts the package's command line. */
  start(args: readonly string[], environment: NodeJS.ProcessEnv = {}): RunningProcess {
    const command = path.join(this.folder, 'dist', 'cli', 'main.js');
    return start(process.execPath, [command, ...args], {
      env: this.#environment(environment),
      ...ordinaryUser,
    });
  }

  #environment(more: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
    return { ...process.env, XDG_DATA_HOME: this.data, ...more };
  }
}
