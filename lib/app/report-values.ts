/** Those that happened. */
export function nonZero(counts: Readonly<Record<string, number | undefined>>): Record<string, number> {
  const happened = Object.entries(counts).filter((entry): entry is [string, number] => Boolean(entry[1]));
  return Object.fromEntries(happened);
}

export function round(value: number, digits: number): number {
  return Number(value.toFixed(digits));
}
