#!/usr/bin/env node
// Checks the C++ code: its format by clang-format, and a list of faults (.clang-tidy) by clang-tidy.
//   node scripts/clang-checks.mjs          checks, changes nothing
//   node scripts/clang-checks.mjs --fix    formats
// The version is fixed, because each formats a little differently: Debian 12 and 13 have it as packages
// clang-format-19 and clang-tidy-19. libcamera's source is formatted but not searched for faults: that takes
// libcamera's headers.
import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
const buildTree = path.join(root, 'build', 'clang-checks');
/** Has a file for each source, with the headers as they are, in which nothing was found: that takes minutes. */
const faultless = path.join(root, '.cache', 'clang-tidy');
const format = 'clang-format-19';
const tidy = 'clang-tidy-19';

function fail(message) {
  console.error(`clang-checks: ${message}`);
  process.exit(1);
}

function filesIn(folder, extensions) {
  return readdirSync(path.join(root, folder), { recursive: true })
    .filter((file) => extensions.includes(path.extname(file)))
    .map((file) => path.join(folder, file))
    .sort();
}

function versionOf(program) {
  try {
    return execFileSync(program, ['--version'], { encoding: 'utf8' });
  } catch {
    return fail(`${program} is missing: apt-get install ${program}`);
  }
}

/** Of the names and contents of files, and of what else counts. */
function hashOf(files, more) {
  const hash = createHash('sha256').update(more);
  for (const file of files) hash.update(`\0${file}\0`).update(readFileSync(path.join(root, file)));
  return hash.digest('hex');
}

function checkFormat(fix) {
  const files = ['native', 'test'].flatMap((folder) => filesIn(folder, ['.cpp', '.h']));
  const mode = fix ? ['-i'] : ['--dry-run', '--Werror'];
  try {
    execFileSync(format, [...mode, ...files], { cwd: root, stdio: 'inherit' });
  } catch {
    fail('the format is not that of .clang-format: node scripts/clang-checks.mjs --fix');
  }
  console.log(`clang-checks: ${String(files.length)} files ${fix ? 'formatted' : 'are formatted'}`);
}

/** Runs the jobs, a few at a time. */
async function runAll(jobs, concurrency) {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({ length: concurrency }, worker));
}

async function checkFaults() {
  // Each source as it is, by itself: that it includes what it needs is seen here.
  execFileSync('cmake', ['-S', root, '-B', buildTree, '-DCMAKE_UNITY_BUILD=OFF'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const files = filesIn('native', ['.cpp']).filter(
    (file) => !file.includes('libcamera') && !/camera_addon|hotplug_watch/.test(file),
  );
  let faults = 0;
  const common = hashOf([...filesIn('native', ['.h']), '.clang-tidy', 'CMakeLists.txt'], versionOf(tidy));
  mkdirSync(faultless, { recursive: true });
  const check = async (file) => {
    const mark = path.join(faultless, hashOf([file], common));
    if (existsSync(mark)) return;
    try {
      await promisify(execFile)(tidy, ['-p', buildTree, '--quiet', file], { cwd: root });
      writeFileSync(mark, '');
    } catch (error) {
      faults += 1;
      console.log(error.stdout || error.message);
    }
  };
  await runAll(
    files.map((file) => () => check(file)),
    availableParallelism(),
  );
  if (faults > 0) fail(`faults in ${String(faults)} of ${String(files.length)} files`);
  console.log(`clang-checks: no faults in ${String(files.length)} files`);
}

const fix = process.argv.includes('--fix');
versionOf(format);
checkFormat(fix);
if (!fix) await checkFaults();
