#!/usr/bin/env node
import { checkNode } from '../app/doctor/node.js';
import { ExitCode } from './exit-code.js';

// Whoever reads our output may stop reading, as `head` does: that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

/** Exit by code, not by process.exit(): what has been written to pipes has to arrive. */
async function main(): Promise<number> {
  const node = checkNode();
  if (node.status !== 'ok') {
    process.stderr.write(`${node.title}: ${node.remedy ?? ''}\n`);
    return ExitCode.failed;
  }
  // Only now: an older Node can't load what this is made of.
  const { run } = await import('./run.js');
  return run(process.argv.slice(2));
}

process.exitCode = await main();
