import path from 'node:path';
import { barsFolder, projectRoot, runInDebian13 } from '../helpers/debian13.js';

interface Sanitizer {
  readonly library: string;
  readonly options: readonly string[];
  /** Besides, and in place of those of the same name. */
  readonly optionsWithWebRtc: readonly string[];
}

/** By what test/sanitizers/build.sh calls them. */
const sanitizers = {
  'address,undefined': {
    library: 'libasan.so',
    // What node keeps until its end is no leak of ours.
    options: ['ASAN_OPTIONS=detect_leaks=0', 'UBSAN_OPTIONS=print_stacktrace=1'],
    // node-datachannel frees by itself what node's operator new has given.
    optionsWithWebRtc: ['ASAN_OPTIONS=detect_leaks=0:alloc_dealloc_mismatch=0'],
  },
  thread: {
    library: 'libtsan.so',
    // libcamera and node are not built with it: it does not see what orders those accesses of theirs that it does see.
    options: ['TSAN_OPTIONS=ignore_noninstrumented_modules=1'],
    optionsWithWebRtc: [],
  },
} satisfies Record<string, Sanitizer>;

export type SanitizerName = keyof typeof sanitizers;

/**
 * The built command with addons that carry a sanitizer, for the Debian 13 root.
 *
 * @param shimmed - with the library before libcamera that test/debian13/run.sh --shim builds
 * @param withWebRtc - whether viewers come
 */
export async function sanitizedCommand(
  name: SanitizerName,
  { shimmed = false, withWebRtc = false } = {},
): Promise<string[]> {
  const { library, options, optionsWithWebRtc } = sanitizers[name];
  const variables = [...options, ...(withWebRtc ? optionsWithWebRtc : [])];
  const file = (await runInDebian13(barsFolder, ['gcc', `-print-file-name=${library}`])).trim();
  const shim = shimmed ? `:${path.join(projectRoot, 'build', 'pi_like_camera.so')}` : '';
  const command = path.join(projectRoot, 'build', `sanitized-${name}`, 'dist', 'cli', 'main.js');
  // At addresses that are not random: the thread sanitizer has its own at fixed places.
  return ['env', `LD_PRELOAD=${file}${shim}`, ...variables, 'setarch', '-R', 'node', command];
}
