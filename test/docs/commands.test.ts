// Every line of the documentation that calls the command is one that the command takes.
import assert from 'node:assert/strict';
import type { Command } from 'commander';
import { test } from 'node:test';
import { makeProgram } from '../../lib/cli/program.js';
import { withTwoDashes } from '../../lib/cli/run.js';
import { projectRoot } from '../helpers/debian13.js';
import { codeBlocks, documentationPages } from '../helpers/documentation.js';

const name = /^(?:pi-camera-streamer|\S*dist\/cli\/main\.js)$/;

/** What may stand before it on a line. */
const runners = new Set(['time', 'sudo', 'npx', 'node', '../run.sh']);

/** The arguments of each call, up to where the shell takes over: a pipe, a file, a comment. */
function callsIn(text: string): string[][] {
  const lines = text.replaceAll('\\\n', ' ').split('\n');
  return lines.flatMap((line) => {
    const words = line
      .replace(/\s[|>#].*/, '')
      .trim()
      .split(/\s+/);
    const at = words.findIndex((word) => !runners.has(word));
    return name.test(words[at] ?? '') ? [words.slice(at + 1)] : [];
  });
}

/** The program with commands that do nothing. */
function idleProgram(): Command {
  const program = makeProgram({ exitCode: 0 });
  const makeIdle = (command: Command): void => {
    if (command.commands.length === 0 || command === program) command.action(() => undefined);
    command.exitOverride().commands.forEach(makeIdle);
  };
  makeIdle(program);
  return program;
}

async function refusalOf(args: readonly string[]): Promise<string | undefined> {
  const program = idleProgram();
  const names = program.commands.map((command) => command.name());
  try {
    await program.parseAsync(args.map(withTwoDashes), { from: 'user' });
    const [unknown] = program.args;
    return unknown === undefined || names.includes(unknown) ? undefined : `unknown command '${unknown}'`;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test('the command takes every line of the documentation that calls it', async () => {
  const pages = [...documentationPages(projectRoot), 'CONTRIBUTING.md', 'CHANGELOG.md', 'examples/README.md'];
  const calls = codeBlocks(projectRoot, pages, 'sh').flatMap(({ place, text }) =>
    callsIn(text).map((args) => ({ place, args })),
  );
  assert.ok(calls.length > 30, String(calls.length));
  for (const { place, args } of calls)
    assert.equal(await refusalOf(args), undefined, `${place}: ${args.join(' ')}`);
});

test('a command or option that is not there, or has no such value, is found', async () => {
  const wrong = [
    'captures',
    '--modes both',
    '-mode hls',
    'sdp --camra camera1',
    'service start',
    'receive --count x',
  ];
  for (const args of wrong) assert.notEqual(await refusalOf(args.split(' ')), undefined, args);
  const lines = ['sudo npx pi-camera-streamer sdp \\', '  --out a > b # words', 'npm i pi-camera-streamer'];
  assert.deepEqual(callsIn(lines.join('\n')), [['sdp', '--out', 'a']]);
});
