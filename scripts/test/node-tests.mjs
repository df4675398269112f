// The tests in folders below test/, by node's runner.
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { root, succeeds } from '../run.mjs';
import { bundleTests } from './bundle.mjs';

/** How often a test that judges times or single frames is tried: a machine that others use, too, holds up any of them once. */
const timedAttempts = 3;

/**
 * Runs the tests of folders. What streams runs one file at a time, so that none takes the other's processor.
 *
 * @param judgesTimes - files with failed tests are run again, in fresh processes, and fail when each attempt fails. A test
 *   that passed at a later attempt is printed as `flaky: NAME`.
 * @returns whether all passed
 */
export async function nodeTests(folders, { judgesTimes = false, ...options } = {}) {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(root, 'test', folder), { recursive: true })
      .filter((file) => file.endsWith('.test.ts'))
      .map((file) => path.join('test', folder, file)),
  );
  const bundles = await bundleTests(files, path.join('build', 'tests', folders[0]));
  const log = path.join('build', 'tests', `${folders[0]}-failures`);
  const bundleOf = new Map(files.map((file, index) => [file, bundles[index]])); // failures name what they were made of
  let failed = runFiles(bundles, log, options);
  const flaky = [];
  for (let attempt = 2; judgesTimes && failed.length > 0 && attempt <= timedAttempts; attempt++) {
    console.log(`\nattempt ${attempt} of ${timedAttempts}, for\n${failed.map(nameOf).join('\n')}`);
    const theirs = new Set(failed.map(({ file }) => bundleOf.get(file) ?? file));
    const again = runFiles([...theirs], log, options);
    flaky.push(...failed.filter((one) => !again.some((other) => nameOf(other) === nameOf(one))));
    failed = again;
  }
  for (const one of flaky) console.log(`flaky: ${nameOf(one)}`);
  return failed.length === 0;
}

/** Runs test files. Returns the tests that failed. */
function runFiles(files, log, { minutes = 5, concurrency = 1, forceExit = false }) {
  rmSync(path.join(root, log), { force: true });
  const options = [
    '--test',
    ...['spec', './scripts/test/failures.mjs'].map((name) => `--test-reporter=${name}`),
    ...['stdout', log].map((name) => `--test-reporter-destination=${name}`),
    `--test-concurrency=${concurrency}`,
    `--test-timeout=${minutes * 60_000}`, // what hangs fails
  ];
  if (forceExit) options.push('--test-force-exit');
  if (succeeds(process.execPath, ['--enable-source-maps', ...options, ...files])) return [];
  const failed = readFileSync(path.join(root, log), 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
  if (failed.length === 0) throw new Error(`node's runner failed without a failed test: ${files.join(' ')}`);
  return failed;
}

const nameOf = ({ file, name }) => `${file}: ${name}`;
