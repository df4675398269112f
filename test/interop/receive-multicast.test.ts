// `receive` joins the groups that a session description names, on a network of the test's own.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { ReceiverStatistics } from '../../lib/index.js';
import { command } from '../helpers/debian13.js';
import { addMulticastRoute, makeNetwork } from '../helpers/network.js';
import { isListening } from '../helpers/ports.js';
import { until } from '../helpers/processes.js';
import {
  Streamer,
  temporaryFolder,
  writeDescriptions,
  writeStreamConfig,
  type Keys,
} from '../helpers/streamer.js';

const port = 5004;
const cases: readonly (readonly [
  name: string,
  destination: string,
  rtp: Keys,
  options: readonly string[],
])[] = [
  ['a group', '239.192.0.1', {}, []],
  ['a group of IPv6, on an interface', 'ff15::1', { multicast_interface: 'eth0' }, ['--interface', 'eth0']],
  ['a group of one source', '232.0.0.1', { bind_address: '192.0.2.1' }, []],
  ['RTCP on the same port', '239.192.0.1', { rtcp_mux: true }, []],
  ['no group, IPv6', '2001:db8::2', {}, []],
];

describe('receive', { concurrency: true }, () => {
  for (const [name, destination, rtp, options] of cases) {
    test(name, { timeout: 30_000 }, async (context) => {
      const { sender, receiver } = await makeNetwork(context);
      const folder = temporaryFolder(context);
      for (const host of [sender, receiver]) await addMulticastRoute(host);
      const camera = { dest_host: destination, dest_port: port };
      const config = writeStreamConfig(folder, camera, { ttl: 4, ...rtp });
      const [description = ''] = await writeDescriptions(config, sender);
      const limits = ['--count', '60', '--timeout', '10', '--json'];
      const args = [command, 'receive', description, ...limits, ...options];
      const process_ = receiver.start(process.execPath, args);
      context.after(() => process_.child.kill('SIGKILL'));
      await until('the receiver', () => isListening(port, process_.child.pid));
      const streamer = new Streamer(context, config, sender);
      assert.equal(await process_.exited, 0, process_.stderr());
      await streamer.stop();
      const { framesLost, rtcp, latency } = JSON.parse(process_.stdout()) as ReceiverStatistics;
      assert.equal(framesLost, 0);
      assert.ok((rtcp?.packetsReceived ?? 0) > 0 && latency.captureToFrame);
    });
  }
});
