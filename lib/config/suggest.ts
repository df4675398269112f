import { describeSections } from './reference.js';
import { cameraNamePattern, fileSchema } from './schema/file.js';
import { dotted } from './toml.js';

const schemaPaths = describeSections(fileSchema(['camera1', 'camera2'])).flatMap(({ path, keys }) => [
  path,
  ...keys.map((key) => key.path),
]);

/** The key or section that was probably meant by one that does not exist, written dotted. */
export function suggestKey(path: readonly string[]): string | undefined {
  const parent = path.slice(0, -1);
  const key = path.at(-1) ?? '';
  const wanted = normalized(key);
  const known = knownPaths(path);
  const siblings = known.filter((candidate) => dotted(candidate.slice(0, -1)) === dotted(parent));
  const nearest =
    nearestOf(wanted, siblings) ??
    known.find((candidate) => normalized(candidate.at(-1)) === wanted) ??
    siblings.find((candidate) => candidate.at(-1)?.split('_').includes(key)); // port: dest_port
  return nearest && dotted(nearest);
}

/** All keys and sections, those of the same camera first, so that a key in the wrong section is found there. */
function knownPaths(path: readonly string[]): (readonly string[])[] {
  const own = path.find((step) => cameraNamePattern.test(step)) ?? 'camera1';
  const ofOwnCamera = schemaPaths.map((known) => known.map((step) => (step === 'camera1' ? own : step)));
  return [...ofOwnCamera, ...schemaPaths];
}

function nearestOf(
  wanted: string,
  candidates: readonly (readonly string[])[],
): readonly string[] | undefined {
  let nearest: readonly string[] | undefined;
  // More than a third of the letters wrong is another word.
  let smallest = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, normalized(candidate.at(-1)));
    if (distance < smallest) [nearest, smallest] = [candidate, distance];
  }
  return nearest;
}

function normalized(name = ''): string {
  return name.toLowerCase().replaceAll(/[-_]/g, '');
}

/** Letters to insert, delete, replace or exchange with their neighbour. */
function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row++) {
    const current = [row];
    for (let column = 1; column <= b.length; column++) {
      const steps = [
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (a[row - 1] === b[column - 1] ? 0 : 1),
      ];
      const exchanged = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      if (exchanged) steps.push((beforePrevious[column - 2] ?? 0) + 1);
      current.push(Math.min(...steps));
    }
    [beforePrevious, previous] = [previous, current];
  }
  return previous[b.length] ?? 0;
}
