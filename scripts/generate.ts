// `npm run generate`: writes what is derived from sources: references in docs/, the sample configuration, and the schema for
// editors.
//   --check    writes nothing; names those that are stale, and fails then
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { commandLineFiles } from './generate/command-line.js';
import { configurationFiles } from './generate/configuration.js';
import { httpApiFiles } from './generate/http-api.js';

const root = new URL('../', import.meta.url);

/** The texts by their paths in the repository. */
export async function generatedFiles(): Promise<ReadonlyMap<string, string>> {
  const files = [...configurationFiles(), ...commandLineFiles(), ...(await httpApiFiles())];
  return new Map(files);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const isCheck = process.argv.includes('--check');
  for (const [path, text] of await generatedFiles()) {
    const file = new URL(path, root);
    if (!isCheck) {
      writeFileSync(file, text);
      process.stdout.write(`wrote ${path}\n`);
    } else if (readFileSync(file, 'utf8') !== text) {
      process.stdout.write(`${path}\n`);
      process.exitCode = 1;
    }
  }
}
