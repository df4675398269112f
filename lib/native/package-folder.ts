import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The package's own folder, seen from lib/ and from dist/ alike. */
export const packageFolder = findPackageFolder(path.dirname(fileURLToPath(import.meta.url)));

/** Whether this is a clone of the repository, where addons are built by `npm run build:native`. */
export const isCheckout =
  existsSync(path.join(packageFolder, '.git')) && existsSync(path.join(packageFolder, 'lib'));

/** The version in package.json. */
export function packageVersion(): string {
  return packageDescription().version;
}

/** What package.json says. */
export function packageDescription(): {
  readonly version: string;
  readonly engines: { readonly node: string };
} {
  const text = readFileSync(path.join(packageFolder, 'package.json'), 'utf8');
  return JSON.parse(text) as ReturnType<typeof packageDescription>;
}

function findPackageFolder(folder: string): string {
  return existsSync(path.join(folder, 'package.json')) ? folder : findPackageFolder(path.dirname(folder));
}
