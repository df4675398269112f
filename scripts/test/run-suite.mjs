// run-suite.mjs NAME: one suite, in this process.
import { readFileSync } from 'node:fs';
import { suites } from './suites.mjs';

const [name] = process.argv.slice(2);
const suite = suites.find((each) => each.name === name);
if (!suite) throw new Error(`no suite ${name}`);
process.exitCode = (await suite.run()) ? 0 : 1;

// What all of its processes took, of proc_pid_stat(5): cutime and cstime, in hundredths of a second.
const fields = readFileSync('/proc/self/stat', 'utf8').split(') ')[1].split(' ');
const [cutime, cstime] = fields.slice(13, 15).map(Number);
console.log(`processor time: ${((cutime + cstime) / 100).toFixed(0)} s`);
