import { effectOf, effects, type Effect } from './key-info.js';
import { describeSections } from './reference.js';
import { fileSchema, foreignSectionPattern, type CameraName } from './schema/file.js';
import { isTuningSection } from './schema/tuning.js';
import { dotted, isTable, valueAt } from './toml.js';

/** What a valid file says without effect: one line for each reason, with all the keys and sections. */
export function noticesOf(
  table: Readonly<Record<string, unknown>>,
  cameras: readonly CameraName[],
  fileName: string,
): string[] {
  const notices: string[] = [];
  const foreign = Object.keys(table).filter((name) => foreignSectionPattern.test(name));
  if (foreign.length > 0) {
    notices.push(
      `${fileName}: sections of other programs, ignored: ${foreign.map((name) => dotted([name])).join(', ')}`,
    );
  }
  for (const [effect, keys] of idleKeys(table, cameras)) {
    const kind =
      effect === 'none'
        ? 'keys of the Go system, without effect'
        : `keys that take effect ${effects[effect]}`;
    notices.push(`${fileName}: ${kind}: ${keys.join(', ')}`);
  }
  return notices;
}

/** Dotted keys of the file, by the reason why they have no effect. */
function idleKeys(
  table: Readonly<Record<string, unknown>>,
  cameras: readonly CameraName[],
): Map<Effect, string[]> {
  const idle = new Map<Effect, string[]>();
  const add = (effect: Effect, path: readonly string[]) => {
    idle.set(effect, [...(idle.get(effect) ?? []), dotted(path)]);
  };
  const effective = new Set<string>();
  for (const section of describeSections(fileSchema(cameras))) {
    for (const { path, info } of section.keys) {
      const effect = effectOf(info);
      if (effect === 'now') effective.add(dotted(path));
      else if (!isTuningSection(path[0]) && valueAt(table, path) !== undefined) add(effect, path);
    }
  }
  // These may hold keys that the schema does not list.
  for (const [name, section] of Object.entries(table)) {
    if (!isTuningSection(name) || !isTable(section)) continue;
    for (const keyName of Object.keys(section)) {
      if (!effective.has(dotted([name, keyName]))) add('none', [name, keyName]);
    }
  }
  return idle;
}
