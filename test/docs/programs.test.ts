// Every whole program of the documentation runs as it stands there, but for its ports, which are free ones, and for how
// many pictures the ones in Python take. That the ones in TypeScript compile is tested with the packed package, in
// test/install/consumers.test.ts.
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test, type TestContext } from 'node:test';
import ts from 'typescript';
import { openReceiver } from '../../lib/index.js';
import { projectRoot } from '../helpers/debian13.js';
import { codeBlocks, documentationPages, type CodeBlock } from '../helpers/documentation.js';
import { freeRtpPort } from '../helpers/ports.js';
import { start } from '../helpers/processes.js';
import { startRtpStream } from '../helpers/rtp-stream.js';

const timeout = { timeout: 30_000 };
const pages = documentationPages(projectRoot);

/** Those that are whole programs: what has a mark is run with its page. */
const programsIn = (language: string): CodeBlock[] =>
  codeBlocks(projectRoot, pages, language).filter(({ mark }) => mark === '');

/** Where the package is installed. One for all, in the order of the pages: a program reads what one before has written. */
const folder = mkdtempSync(path.join(tmpdir(), 'pcs-documented-'));
mkdirSync(path.join(folder, 'node_modules'));
symlinkSync(projectRoot, path.join(folder, 'node_modules', 'pi-camera-streamer'));
after(() => {
  rmSync(folder, { recursive: true });
});

/** The text with ports that are free, and the one that takes the place of 5000. */
async function withFreePorts(text: string): Promise<[text: string, port: number]> {
  const [port, other] = [await freeRtpPort(), await freeRtpPort()];
  return [text.replaceAll(/\b5000\b/g, String(port)).replaceAll(/\b5002\b/g, String(other)), port];
}

/** Resolves with what it prints when it has ended well. */
async function run(context: TestContext, command: string, name: string, text: string): Promise<string> {
  writeFileSync(path.join(folder, name), text);
  const running = start(command, [name], { cwd: folder });
  context.after(() => running.child.kill('SIGKILL'));
  assert.equal(await running.exited, 0, running.stderr());
  return running.stdout();
}

for (const { place, text } of programsIn('ts')) {
  test(`the program at ${place} runs`, timeout, async (context) => {
    const [typed, port] = await withFreePorts(text);
    const compilerOptions = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 };
    const { outputText } = ts.transpileModule(typed, { compilerOptions });
    const program = (): Promise<string> => run(context, process.execPath, 'program.mjs', outputText);
    if (!text.includes('RtpOutput')) {
      if (text.includes('5000')) await startRtpStream(context, port);
      await program();
      return;
    }
    const receiver = await openReceiver({ address: '127.0.0.1', port });
    context.after(() => receiver.close());
    receiver.on('frame', () => undefined);
    await program();
    assert.ok(receiver.statistics().framesComplete > 0, 'it has sent nothing');
  });
}

for (const { place, text } of programsIn('js')) {
  test(`what stands at ${place} runs`, timeout, async (context) => {
    await run(context, process.execPath, 'program.cjs', text);
  });
}

for (const { place, text } of programsIn('python')) {
  test(`the program at ${place} receives`, timeout, async (context) => {
    const [program, port] = await withFreePorts(text.replace('range(100)', 'range(20)'));
    await startRtpStream(context, port);
    const printed = await run(context, '/usr/bin/python3', 'program.py', program);
    assert.equal(printed, '(240, 320, 3)\n'.repeat(20));
  });
}
