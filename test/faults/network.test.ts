// The way of one camera's packets fails; the other one, on another way, must not notice.
import assert from 'node:assert/strict';
import { before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { buildInDebian13, buildTimeoutMs } from '../helpers/debian13.js';
import { makeNetwork, setAddress, type Network } from '../helpers/network.js';
import { ImpairedNetwork, type Impairments } from '../receiver/impaired-network.js';
import { meetFault, FaultyStreamer, type CameraFaultCase } from './faulty-streamer.js';
import { isFull } from '../helpers/full.js';

before(buildInDebian13, { timeout: buildTimeoutMs });

const faultMs = 1500;

const cases: Readonly<Record<string, (network: Network) => CameraFaultCase>> = {
  'nobody listens at its destination': () => ({
    begin: async ({ watches: [first] }) => {
      await first.pause();
      await sleep(faultMs);
    },
    end: ({ watches: [first] }) => first.resume(),
  }),
  'its interface is down': ({ sender }) => ({
    begin: async () => {
      await sender.run('ip', 'link', 'set', sender.device, 'down');
      await sleep(faultMs);
    },
    end: async () => {
      await sender.run('ip', 'link', 'set', sender.device, 'up');
    },
  }),
  'its receiver is cut off': ({ receiver }) => ({
    begin: async () => {
      await receiver.run('ip', 'link', 'set', receiver.device, 'down');
      await sleep(faultMs);
    },
    end: async () => {
      await receiver.run('ip', 'link', 'set', receiver.device, 'up');
    },
  }),
  'there is no route to its receiver': ({ sender }) => ({
    begin: async () => {
      await sender.run('ip', '-4', 'address', 'flush', 'dev', sender.device);
      await sleep(faultMs);
    },
    end: () => setAddress(sender, sender.address),
  }),
};

// Not every kernel can do this to packets: a process on the way does.
const impairments: Readonly<Record<string, Impairments>> = {
  'its way loses every packet': { loseOneIn: 1 },
  'its way loses, doubles, delays and reorders packets': {
    loseOneIn: 5,
    duplicateOneIn: 10,
    jitterMs: 20,
    reorderWindow: 4,
  },
};

const telling: readonly string[] = [
  'its way loses every packet',
  'nobody listens at its destination',
  'its interface is down',
];

describe('a stream goes on after', () => {
  for (const [name, bad] of Object.entries(impairments)) {
    if (!isFull && !telling.includes(name)) continue;
    test(name, { timeout: 60_000 }, async (context) => {
      const streamer = await FaultyStreamer.start({
        way: (port) => ImpairedNetwork.open(context, port, {}),
      });
      context.after(() => streamer.stop());
      const { way } = streamer;
      assert.ok(way);
      const recoveryMs = await meetFault(streamer, {
        begin: async () => {
          way.impairments = bad;
          await sleep(faultMs);
        },
        end: () => {
          way.impairments = {};
          way.flush();
          return Promise.resolve();
        },
      });
      assert.ok(way.lost > 0);
      context.diagnostic(`first frame ${recoveryMs.toFixed(0)} ms after the end`);
    });
  }

  for (const [name, makeCase] of Object.entries(cases)) {
    if (!isFull && !telling.includes(name)) continue;
    test(name, { timeout: 60_000 }, async (context) => {
      const network = await makeNetwork(context);
      const streamer = await FaultyStreamer.start({ network });
      context.after(() => streamer.stop());
      const recoveryMs = await meetFault(streamer, makeCase(network));
      assert.ok(Number.isFinite(recoveryMs));
      context.diagnostic(`first frame ${recoveryMs.toFixed(0)} ms after the end`);
    });
  }
});
