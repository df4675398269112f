#!/usr/bin/env node
// `npm test`: everything. What is missing is installed; a suite that can't run fails.
//   npm test -- --only unit         one suite, or several: --only unit --only interop
//   npm test -- --skip libcamera    all but one
//   npm test -- --full              in all forms and lengths: takes hours
//   npm test -- --list              what there is
import { parseArgs } from 'node:util';
import { buildPackages, ensurePackages, testPackages } from './packages.mjs';
import { ensureModules, must, requireNode } from './run.mjs';
import { compilerCache } from './test/compiler-cache.mjs';
import { runSuites, verdict } from './test/schedule.mjs';
import { freshPrebuilds, suites, suitesOfPrebuilds } from './test/suites.mjs';

const node = process.execPath;

const { values } = parseArgs({
  options: {
    only: { type: 'string', multiple: true },
    skip: { type: 'string', multiple: true, default: [] },
    list: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    'prebuilds-anew': { type: 'boolean', default: false },
  },
});
const names = suites.map(({ name }) => name);
const unknown = [...(values.only ?? []), ...values.skip].filter((name) => !names.includes(name));
if (values.list || unknown.length > 0) {
  if (unknown.length > 0) console.error(`No such suite: ${unknown.join(', ')}`);
  console.log(`Suites: ${names.join(' ')}`);
  process.exit(unknown.length > 0 ? 2 : 0);
}
const chosen = suites.filter(
  ({ name }) => (values.only ?? names).includes(name) && !values.skip.includes(name),
);
if (values.full) process.env.FULL_TESTS = '1';

/** What all suites need. */
function prepare() {
  requireNode();
  ensurePackages([...buildPackages, ...testPackages]);
  ensureModules();
  must('native build', node, ['scripts/build-native.mjs'], compilerCache);
  must('TypeScript build', node, ['scripts/build-ts.mjs']);
  if (!chosen.some(({ name }) => suitesOfPrebuilds.includes(name))) return;
  console.log('\n== prebuilt addons');
  if (!freshPrebuilds(values['prebuilds-anew'])) process.exit(1);
}

prepare();
const [only] = chosen;
if (chosen.length === 1) {
  process.exitCode = (await only.run()) ? 0 : 1;
} else {
  const results = await runSuites(chosen);
  const failed = results.filter(({ passed }) => !passed).length;
  console.log(`\n== suites\n${results.map(verdict).join('\n')}`);
  console.log(['', ...results.flatMap(({ flaky }) => flaky)].join('\n'));
  console.log(`${results.length - failed} passed, ${failed} failed`);
  process.exitCode = failed > 0 ? 1 : 0;
}
