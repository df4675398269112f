// What `sdp` writes is all that GStreamer and FFmpeg need to play the stream.
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { StreamReport } from '../../lib/app/stream-report.js';
import { addMulticastRoute, makeNetwork } from '../helpers/network.js';
import { Player, type PlayerName } from '../helpers/player.js';
import { freeRtpPort } from '../helpers/ports.js';
import {
  assertNoneLost,
  Streamer,
  temporaryFolder,
  writeDescriptions,
  writeStreamConfig,
  type Keys,
} from '../helpers/streamer.js';

const both: readonly PlayerName[] = ['GStreamer', 'FFmpeg'];
const pictures = 30;
/** On networks of the test's own every port is free. */
const port = 5004;

describe('unicast on this machine', () => {
  const cases: readonly (readonly [name: string, rtp: Keys])[] = [
    ['as it comes', {}],
    ['time of capture in each frame', { abs_capture_time: true }],
    ['no RTCP', { rtcp: false }],
    ['RTCP on the port of RTP', { rtcp_mux: true }],
  ];
  for (const [name, rtp] of cases) {
    test(`${name}: two receivers at once, the second comes late`, { timeout: 30_000 }, async (context) => {
      const folder = temporaryFolder(context);
      const [firstPort, latePort] = [await freeRtpPort(), await freeRtpPort()];
      const camera = {
        dest_host: '127.0.0.1',
        dest_port: firstPort,
        destinations: [`127.0.0.1:${String(latePort)}`],
      };
      const config = writeStreamConfig(folder, camera, rtp);
      const [description, lateDescription] = await writeDescriptions(config);
      const first = await Player.start(context, 'GStreamer', { folder, port: firstPort, description });
      const streamer = new Streamer(context, config);
      await first.decodes(pictures);
      const late = await Player.start(context, 'FFmpeg', {
        folder,
        port: latePort,
        description: lateDescription,
      });
      await Promise.all([first, late].map((player) => player.decodes(pictures)));
      const report = await streamer.stop();
      for (const player of [first, late]) await stopAndCheck(player, report);
    });
  }
});

// Each has a network of its own.
describe('on a network', { concurrency: true }, () => {
  const cases: readonly (readonly [
    name: string,
    host: string,
    rtp: Keys,
    playerNames: readonly PlayerName[],
  ])[] = [
    // GStreamer 1.22 listens on addresses of IPv4 alone where it is no multicast.
    ['unicast of IPv6', '2001:db8::2', {}, ['FFmpeg']],
    ['multicast', '239.192.0.1', { ttl: 4 }, both],
    ['multicast of IPv6', 'ff15::1', { ttl: 4, multicast_interface: 'eth0' }, both],
    ['multicast of one source', '232.0.0.1', { ttl: 4, bind_address: '192.0.2.1' }, both],
  ];
  for (const [name, destination, rtp, playerNames] of cases) {
    test(name, { timeout: 30_000 }, async (context) => {
      const network = await makeNetwork(context);
      const folder = temporaryFolder(context);
      for (const host of [network.sender, network.receiver]) await addMulticastRoute(host);
      for (const playerName of playerNames) {
        const camera = { dest_host: destination, dest_port: port };
        const config = writeStreamConfig(folder, camera, rtp);
        const [description] = await writeDescriptions(config, network.sender);
        const host = network.receiver;
        const player = await Player.start(context, playerName, { folder, port, description, host });
        const streamer = new Streamer(context, config, network.sender);
        await player.decodes(pictures);
        const report = await streamer.stop();
        assert.deepEqual(report.errors, {});
        await stopAndCheck(player, report);
      }
    });
  }

  test(
    'FFmpeg takes multicast from the source of the description only',
    { timeout: 30_000 },
    async (context) => {
      const network = await makeNetwork(context);
      const folder = temporaryFolder(context);
      for (const host of [network.sender, network.receiver]) await addMulticastRoute(host);
      const { address } = network.sender;
      const camera = { dest_host: '232.0.0.1', dest_port: port };
      const listen = async (source: string): Promise<Player> => {
        const config = writeStreamConfig(folder, camera, { ttl: 4, bind_address: source });
        const [description] = await writeDescriptions(config, network.sender);
        return Player.start(context, 'FFmpeg', { folder, port, description, host: network.receiver });
      };
      const other = await listen('192.0.2.9');
      const player = await listen(address);
      const config = writeStreamConfig(folder, camera, { ttl: 4, bind_address: address });
      const streamer = new Streamer(context, config, network.sender);
      await player.decodes(pictures);
      assert.equal(other.pictureCount, 0);
      await streamer.stop();
    },
  );
});

/** Every picture is whole, and none that was sent is missing between the first and the last. */
async function stopAndCheck(player: Player, report: StreamReport): Promise<void> {
  await player.stop();
  const sequences = player.marks().map(({ sequence }) => sequence);
  assert.ok(sequences.length >= pictures);
  assertNoneLost(sequences, report);
}
