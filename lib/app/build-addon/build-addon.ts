import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StreamerError } from '../../errors/index.js';
import { folderForBuilt } from '../../native/addon-folders.js';
import { coreAddon, type CoreAddon } from '../../native/core-addon.js';
import { proveAddon } from './prove-addon.js';
import { checkRequirements } from './requirements.js';
import { runBuild, type BuildReport } from './run-build.js';

export interface BuildAddonOptions {
  /** Whether to build the core addon, too; then the camera addon only where there is a libcamera to build it for. */
  readonly core: boolean;
  /** Ends the build; what was there before stays. */
  readonly signal: AbortSignal;
  readonly report: BuildReport;
}

/** An addon in the place where the loader looks for it. */
export interface BuiltAddon {
  readonly file: string;
  /** The version that it was built for, such as 0.7.1; undefined for the core addon. */
  readonly libcamera: string | undefined;
}

/**
 * Builds the camera addon for this machine's libcamera. Nothing is written into the package, and what was built
 * before stays until the new addon has been seen to load.
 *
 * @throws StreamerError ERR_BUILD_TOOLS, ERR_BUILD_FAILED; ERR_NATIVE_MISSING when the core addon does not load and is
 * not built, too
 */
export async function buildAddon({ core, signal, report }: BuildAddonOptions): Promise<BuiltAddon[]> {
  checkRequirements({ core });
  const loadedCore = core ? undefined : coreAddon();
  const target = folderForBuilt();
  const tree = makeTree();
  let staging = '';
  try {
    staging = makeStaging(target);
    report.progress(`Building ${core ? 'the core and the camera addon' : 'the camera addon'} in ${tree}`);
    await runBuild({ core, tree, output: staging, signal, report });
    report.progress('Loading what was built');
    const addons = await proveBuilt(staging, loadedCore);
    return addons.map(({ place, libcamera }) => {
      const file = path.join(target, place.to);
      renameSync(path.join(staging, place.from), file);
      return { file, libcamera };
    });
  } finally {
    rmSync(tree, { recursive: true, force: true });
    if (staging) rmSync(staging, { recursive: true, force: true });
  }
}

interface ProvenAddon {
  /** Within the staging folder, and within the one where it belongs. */
  readonly place: { readonly from: string; readonly to: string };
  readonly libcamera: string | undefined;
}

/** All that was built, if it loads and its parts fit together. */
async function proveBuilt(staging: string, loadedCore: CoreAddon | undefined): Promise<ProvenAddon[]> {
  const core = loadedCore ?? (await proveAddon(path.join(staging, 'core.node')));
  const builtCore = { place: { from: 'core.node', to: 'core.node' }, libcamera: undefined };
  const from = path.join('camera', 'system.node');
  if (!loadedCore && !existsSync(path.join(staging, from))) return [builtCore];
  const camera = await proveAddon(path.join(staging, from));
  if (camera.sourceAbiVersion !== core.sourceAbiVersion) {
    throw new StreamerError(
      'ERR_BUILD_FAILED',
      'the core addon is of another version: build it, too, by --all',
    );
  }
  const libcamera = camera.builtAgainst;
  const abi = libcamera?.split('.').slice(0, 2).join('.') ?? 'system'; // as in libcamera's SONAME
  const builtCamera = { place: { from, to: path.join('camera', `${abi}.node`) }, libcamera };
  return loadedCore ? [builtCamera] : [builtCamera, builtCore];
}

/** A temporary folder to build in. */
function makeTree(): string {
  try {
    return mkdtempSync(path.join(tmpdir(), 'pi-camera-streamer-build-'));
  } catch (error) {
    throw new StreamerError(
      'ERR_BUILD_FAILED',
      `nothing can be built in ${tmpdir()}: ${reasonOf(error)}`,
      error,
    );
  }
}

/** A folder in the target, from where a file gets to its place by a rename. */
function makeStaging(target: string): string {
  try {
    makeFolder(path.join(target, 'camera'));
    return mkdtempSync(path.join(target, 'new-'));
  } catch (error) {
    throw new StreamerError(
      'ERR_BUILD_FAILED',
      `no addon can be put into ${target}: ${reasonOf(error)} (XDG_DATA_HOME names another place; root's is for all users)`,
      error,
    );
  }
}

/** Node's recursive mkdirSync never returns where a folder that is there takes none, and says ENOENT, as /proc does. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    if (!existsSync(folder)) throw error; // else another build was faster
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
