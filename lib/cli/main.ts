#!/usr/bin/env node
import { run } from './run.js';

// Whoever reads our output may stop reading, as `head` does: that is no error.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

// Exit by code, not by process.exit(): what has been written to pipes has to arrive.
process.exitCode = await run(process.argv.slice(2));
