// Where packets go and leave from.
import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { test, type TestContext } from 'node:test';
import { checkDestinations } from '../../../lib/app/doctor/destinations.js';
import { checkKernel } from '../../../lib/app/doctor/kernel.js';
import { checkPorts } from '../../../lib/app/doctor/ports.js';
import { freeRtpPort } from '../../helpers/ports.js';
import { factsWith } from './facts.js';

const streamTo = (keys: string, rtp = ''): string =>
  `[camera1]\ndevice = "test"\n[mjpeg-rtp]\n${rtp}\n[mjpeg-rtp.camera1]\n${keys}\n`;

test('destinations: the way to each, and who paces', async () => {
  const finding = await checkDestinations(
    factsWith(streamTo('destinations = ["127.0.0.1:5000", "[::1]:5004"]')),
  );
  assert.equal(finding?.status, 'ok');
  assert.deepEqual(finding.details, [
    'camera1 to 127.0.0.1:5000: by lo from 127.0.0.1, paced by a thread',
    'camera1 to [::1]:5004: by lo from ::1, paced by a thread',
  ]);
});

test('destinations: names, addresses and interfaces that do not exist', async () => {
  const check = async (host: string, rtp = '') => {
    const finding = await checkDestinations(factsWith(streamTo(`dest_host = "${host}"`, rtp)));
    return `${finding?.status ?? ''}: ${finding?.details.join() ?? ''}`;
  };
  assert.match(await check('no-such-host.invalid'), /^failure: .*cannot be resolved/);
  assert.match(await check('127.0.0.1', 'bind_address = "203.0.113.9"'), /^failure: .*Cannot assign/);
  assert.match(
    await check('239.1.1.1', 'multicast_interface = "no-such0"'),
    /^failure: camera1 to 239\.1\.1\.1:5000: no UDP socket/,
  );
});

test('the kernel is asked by a socket', async () => {
  const finding = await checkKernel(factsWith(''));
  assert.equal(finding.status, 'ok');
  assert.match(finding.title, /^Linux \d.*UDP_SEGMENT/);
});

async function occupy(context: TestContext, port: number): Promise<Socket> {
  const socket = createSocket('udp4').bind(port);
  context.after(() => socket.close());
  await once(socket, 'listening');
  return socket;
}

test('ports: RTP and RTCP of the configuration are bound for a moment', async (context) => {
  const port = await freeRtpPort();
  const keys = `dest_host = "127.0.0.1"\nlocal_port = ${String(port)}`;
  const free = await checkPorts(factsWith(streamTo(keys)));
  assert.notEqual(free?.status, 'failure');
  await occupy(context, port + 1);
  const taken = await checkPorts(factsWith(streamTo(keys)));
  assert.equal(taken?.status, 'failure');
  const owner = `in use by process ${String(process.pid)}: `;
  assert.ok(
    taken.details.some((line) => line.startsWith(`udp ${String(port + 1)} (RTCP of camera1): ${owner}`)),
  );
  const without = await checkPorts(factsWith(streamTo(keys, 'rtcp = false')));
  assert.notEqual(without?.status, 'failure');
});

test('ports: a taken one of the web server is a warning, because streams run without it', async (context) => {
  const port = await takenTcpPort(context);
  const section = `[server]\nbind_ip = "127.0.0.1"\nweb_port = ${port}\n`;
  const finding = await checkPorts(factsWith(section));
  assert.equal(finding?.status, 'warning');
  assert.match(finding.details.join('\n'), new RegExp(`^tcp ${port} \\(web_port\\): in use`, 'm'));
  const without = await checkPorts(factsWith(`${section}enabled = false\n`));
  assert.notEqual(without?.status, 'warning');
});

test("ports: a taken one of a camera's signalling is a warning, too", async (context) => {
  const port = await takenTcpPort(context);
  const finding = await checkPorts(
    factsWith(`[camera1]\nwebrtc_port = ${port}\n[server]\nbind_ip = "127.0.0.1"\nenabled = false\n`),
  );
  assert.equal(finding?.status, 'warning');
  assert.match(finding.details.join('\n'), /webrtc_port of camera1\): in use/);
});

async function takenTcpPort(context: TestContext): Promise<string> {
  const server = createServer().listen(0, '127.0.0.1');
  context.after(() => server.close());
  await once(server, 'listening');
  const address = server.address();
  return typeof address === 'object' ? String(address?.port) : '';
}
