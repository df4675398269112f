import { test, type TestContext } from 'node:test';

/** `npm run test:faults` runs all tests of this folder, `npm test` the most telling ones. */
export const isInFull = process.env['ALL_FAULTS'] === '1';

/** As test(), for what runs in full only. */
export function inFull(
  name: string,
  options: { readonly timeout: number },
  run: (context: TestContext) => Promise<void>,
): void {
  if (isInFull) test(name, options, run);
}
