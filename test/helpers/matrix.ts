type Dimensions = Readonly<Record<string, readonly (string | number)[]>>;
type Combination<T extends Dimensions> = { [K in keyof T]: T[K][number] };

/** Every combination of the dimensions' values. */
export function fullMatrix<T extends Dimensions>(dimensions: T): Combination<T>[] {
  const combinations = Object.entries(dimensions).reduce<Record<string, string | number>[]>(
    (partial, [name, values]) =>
      partial.flatMap((rest) => values.map((value) => ({ ...rest, [name]: value }))),
    [{}],
  );
  return combinations as Combination<T>[];
}

/** A selection in which every pair of values of two dimensions occurs: greedy, and always the same. */
export function pairwise<T extends Dimensions>(dimensions: T): Combination<T>[] {
  const candidates = fullMatrix(dimensions);
  const missing = new Set(candidates.flatMap(pairsOf));
  const selection: Combination<T>[] = [];
  while (missing.size > 0) {
    const gain = (candidate: Combination<T>): number =>
      pairsOf(candidate).filter((pair) => missing.has(pair)).length;
    const best = candidates.reduce((a, b) => (gain(b) > gain(a) ? b : a));
    for (const pair of pairsOf(best)) missing.delete(pair);
    selection.push(best);
  }
  return selection;
}

function pairsOf(combination: Readonly<Record<string, string | number>>): string[] {
  const entries = Object.entries(combination).map(([name, value]) => `${name}=${String(value)}`);
  return entries.flatMap((first, i) => entries.slice(i + 1).map((second) => `${first},${second}`));
}
