import assert from 'node:assert/strict';
import { test } from 'node:test';
import { command } from '../helpers/debian13.js';
import { runToEnd } from '../helpers/processes.js';

/** Says at the end whether the process has loaded node's own HTTP, which all that serves it needs. */
const probe = `process.on('exit', () => {
  console.log(process.moduleLoadList.includes('NativeModule _http_server') ? 'HTTP' : 'no HTTP');
});`;

async function loads(...args: readonly string[]): Promise<string> {
  const script = `data:text/javascript,${encodeURIComponent(probe)}`;
  const stream = ['-mode', 'mjpeg-rtp', '--source', 'test', '--dest', '127.0.0.1:9', '--frames', '1'];
  return (await runToEnd(process.execPath, ['--import', script, command, ...stream, ...args])).trim();
}

test('what serves HTTP is loaded where something is served: it takes a third of the start', async () => {
  assert.equal(await loads('--no-web'), 'no HTTP');
  assert.equal(await loads('--web-port', '0'), 'HTTP');
});
