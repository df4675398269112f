#!/usr/bin/env node
import { run } from './run.js';

// Exit by code, not by process.exit(): what has been written to pipes has to arrive.
process.exitCode = await run(process.argv.slice(2));
