// Test files as JavaScript that node starts at once: with tsx each of two hundred takes a second to begin, in which it
// loads what it tests. By hand, `npx tsx --test FILE` runs the same file.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../run.mjs';

/**
 * Bundles each file with what it imports of this project.
 *
 * @param files - paths in the project
 * @param folder - where the bundles go, in the project
 * @returns their paths in the project, in the same order
 */
export async function bundleTests(files, folder) {
  const { build } = await import('esbuild'); // not there yet when `npm test` begins on a clean clone
  await build({
    absWorkingDir: root,
    entryPoints: files,
    outdir: folder,
    outbase: '.',
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    packages: 'external',
    sourcemap: true,
    logLevel: 'warning',
    plugins: [{ name: 'place', setup: keepPlace }],
  });
  return files.map((file) => path.join(folder, file.replace(/\.ts$/, '.mjs')));
}

/** Tests know where they lie, and the library where it does once it is built. */
function keepPlace({ onLoad }) {
  onLoad({ filter: /\.ts$/ }, ({ path: file }) => {
    const inLibrary = path.relative(path.join(root, 'lib'), file);
    const isLibrary = !inLibrary.startsWith('..');
    const place = isLibrary ? path.join(root, 'dist', inLibrary.replace(/\.ts$/, '.js')) : file;
    const contents = readFileSync(file, 'utf8')
      .replaceAll('import.meta.dirname', JSON.stringify(path.dirname(place)))
      .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(place).href));
    return { contents, loader: 'ts' };
  });
}
