import assert from 'node:assert/strict';
import { test } from 'node:test';
import { WhipEndpoint, type WhipEndpointOptions } from '../../helpers/whip-endpoint.js';
import { start, token } from './pushed.js';

for (const status of [307, 308]) {
  test(`${String(status)} to another server by http is not followed`, async (context) => {
    const other = await WhipEndpoint.start(context);
    const intercept: WhipEndpointOptions['intercept'] = (_request, response) => {
      response.writeHead(status, { location: `${other.origin}/api/cameras/stop` }).end();
      return true;
    };
    const { pushed } = await start(context, { intercept });
    const { reason } = await pushed.until('waiting');
    assert.ok(reason?.includes(`redirects to ${other.origin}`), reason);
    assert.deepEqual(other.requests, []);
  });
}

const strangeLocations: [name: string, location: (origin: string) => string][] = [
  ['of another port', (origin) => `${origin}/api/cameras/camera2/destinations/127.0.0.1/24220`],
  ['of another name of this machine', (origin) => `${origin.replace('127.0.0.1', 'localhost')}/session`],
  ['without a scheme', (origin) => `${origin.replace('http:', '')}/session`],
  ['of an address written as a number', (origin) => `${origin.replace('127.0.0.1', '2130706433')}/session`],
];
for (const [name, location] of strangeLocations) {
  test(`a session ${name} is not deleted, because another server may be there`, async (context) => {
    const other = await WhipEndpoint.start(context);
    const { endpoint, pushed } = await start(context, { location: () => location(other.origin) });
    await pushed.until('connected');
    await pushed.push.stop();
    assert.deepEqual([...endpoint.of('DELETE'), ...other.requests], []);
  });
}

test('a token that stands where the words of a status are cut is not shown in part', async (context) => {
  const intercept: WhipEndpointOptions['intercept'] = (_request, response) => {
    response.socket?.end(`HTTP/1.1 499 ${'x'.repeat(140)}${token}\r\nContent-Length: 0\r\n\r\n`);
    return true;
  };
  const { pushed } = await start(context, { intercept });
  const { reason = '' } = await pushed.until('waiting');
  assert.ok(reason.endsWith('xxx...') && !reason.includes(token.slice(0, 4)), reason);
});

test('what a server says is shown without control characters and without secrets', async (context) => {
  const intercept: WhipEndpointOptions['intercept'] = (_request, response) => {
    response.socket?.end(`HTTP/1.1 499 ${token} \x1b[31m\x07\x9b\r\nContent-Length: 0\r\n\r\n`, 'latin1');
    return true;
  };
  const { pushed } = await start(context, { intercept });
  const { reason } = await pushed.until('waiting');
  assert.equal(reason, 'the server answers 499 ...  [31m');
});
