// Loaded before the streamer: at SIGUSR2 the process has 350 MiB more, at the next one they are gone again.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

const hogBytes = 350 * 1_048_576;

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc');
let hog;

process.on('SIGUSR2', () => {
  hog = hog ? undefined : new Uint8Array(hogBytes).fill(1);
  collectGarbage();
});
