import { test, type TestContext } from 'node:test';

/** `npm test -- --full` tests everything in all its forms and lengths, `npm test` what tells most in its time. */
export const isFull = process.env['FULL_TESTS'] === '1';

/** As test(), for what runs in full only. */
export function inFull(
  name: string,
  options: { readonly timeout: number },
  run: (context: TestContext) => Promise<void>,
): void {
  if (isFull) test(name, options, run);
}
