import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { test, type TestContext } from 'node:test';
import { MjpegHttpOutput, type MjpegClientOptions } from '../../lib/outputs/mjpeg-http/index.js';
import { until } from '../helpers/processes.js';

const stuckAfterMs = 1000;
/** More than the kernel takes at a time. */
const pictureBytes = 16e6;

/** A connection that gets the output's frames. It has not read anything. */
async function addClient(
  context: TestContext,
  output: MjpegHttpOutput,
  options: MjpegClientOptions,
): Promise<Socket> {
  const before = output.statistics().clients;
  const server = createServer((_request, response) => {
    output.addClient(response, options);
  }).listen(0, '127.0.0.1');
  const socket = await new Promise<Socket>((resolve) => {
    server.once('listening', () => {
      resolve(connect((server.address() as AddressInfo).port, '127.0.0.1'));
    });
  });
  socket.pause();
  socket.on('error', () => undefined);
  socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
  context.after(() => {
    socket.destroy();
    server.close();
  });
  await until('the client', () => output.statistics().clients > before);
  return socket;
}

/** A frame that counts how often its bytes are asked for. */
function makeFrame(bytes: number): { frame: Parameters<MjpegHttpOutput['take']>[0]; reads: () => number } {
  const data = new Uint8Array(bytes);
  let reads = 0;
  const frame = {
    captureTimeUs: 1e6,
    get data() {
      reads += 1;
      return data;
    },
  };
  return { frame, reads: () => reads };
}

test('a slow client stays as long as it takes something, a stuck one is let go', async (context) => {
  const output = new MjpegHttpOutput(stuckAfterMs);
  const slow = await addClient(context, output, { opensNextPart: false });
  await addClient(context, output, { opensNextPart: false });
  const { frame } = makeFrame(pictureBytes);
  output.take(frame);
  let received = 0;
  slow.on('data', ({ length }: Buffer) => {
    received += length;
    slow.pause();
    setTimeout(() => slow.resume(), length / 4000); // 4 MB a second
  });
  slow.resume();
  const taking = setInterval(() => {
    output.take(frame);
  }, 50);
  context.after(() => {
    clearInterval(taking);
  });
  await until('all of the picture', () => received > pictureBytes);
  const { clients, clientsStuck } = output.statistics();
  assert.deepEqual([clients, clientsStuck], [1, 1]);
});

test('a client that no frames come for is not stuck', async (context) => {
  const output = new MjpegHttpOutput(100);
  await addClient(context, output, { opensNextPart: false });
  await new Promise((resolve) => setTimeout(resolve, 500));
  assert.equal(output.statistics().clients, 1);
});

test('a frame is not copied for clients that wait for a smaller one', async (context) => {
  const output = new MjpegHttpOutput();
  await addClient(context, output, { opensNextPart: false, denominator: 2 });
  const { frame, reads } = makeFrame(1000);
  output.take(frame);
  assert.equal(reads(), 1);
  output.take(frame);
  assert.equal(reads(), 1);
});
