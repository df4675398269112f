import { publicUrl } from '../util/public-url.js';
import type { ConfigEdit } from './live-settings.js';
import { isCameraName } from './schema/file.js';
import { isTuningKey, isTuningSection, type TuningSection } from './schema/tuning.js';
import { isTable } from './toml.js';

/**
 * A configuration as the Go system's /api/config shows it: sections and keys of the file with every default, `_` for
 * `-` in the keys. Without secrets: of tokens and users only names and rights, of media servers neither token nor query, and no keys that
 * are not known.
 *
 * @param sections - of the file, defaults filled in
 * @param edits - what was changed since
 */
export function publicConfig(
  sections: Readonly<Record<string, unknown>>,
  edits: readonly ConfigEdit[],
): Record<string, unknown> {
  const shown = structuredClone(sections) as Record<string, unknown>;
  for (const { path, value } of edits) {
    let table = shown;
    for (const step of path.slice(0, -1)) {
      const inner = table[step];
      table = isTable(inner) ? inner : (table[step] = {});
    }
    table[String(path.at(-1))] = value;
  }
  const { server } = shown;
  if (isTable(server)) {
    server['tokens'] = rightsOf(server['tokens']);
    server['users'] = rightsOf(server['users']);
  }
  for (const [name, section] of Object.entries(shown)) {
    if (isCameraName(name) && isTable(section)) hideSecrets(section);
    if (isTuningSection(name) && isTable(section)) dropUnknown(name, section);
  }
  return withUnderscores(shown) as Record<string, unknown>;
}

function hideSecrets(camera: Record<string, unknown>): void {
  delete camera['whip_token'];
  delete camera['whip_token_file']; // somebody may have put the token itself there
  const url = camera['whip_url'];
  camera['whip_url'] = typeof url === 'string' && URL.canParse(url) ? publicUrl(url) : '';
}

/** These may hold any key, so also a secret whose own section was forgotten. */
function dropUnknown(name: TuningSection, section: Record<string, unknown>): void {
  for (const key of Object.keys(section)) if (!isTuningKey(name, key)) Reflect.deleteProperty(section, key);
}

function rightsOf(entries: unknown): Record<string, unknown> {
  if (!isTable(entries)) return {};
  return Object.fromEntries(
    Object.entries(entries).map(([name, entry]) => [name, isTable(entry) ? { rights: entry['rights'] } : {}]),
  );
}

function withUnderscores(value: unknown): unknown {
  if (!isTable(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name.replaceAll('-', '_'), withUnderscores(inner)]),
  );
}
