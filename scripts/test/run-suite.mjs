// run-suite.mjs NAME: one suite, in this process.
import { suites } from './suites.mjs';

const [name] = process.argv.slice(2);
const suite = suites.find((each) => each.name === name);
if (!suite) throw new Error(`no suite ${name}`);
process.exitCode = (await suite.run()) ? 0 : 1;
