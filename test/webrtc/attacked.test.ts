// The whole streamer under each attacker of `npm run fuzz -- --streamer`, for seconds, and not judged by time.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { attackerNames, AttackerProcess } from '../fuzz/streamer/attackers.js';
import { AttackedStreamer } from '../fuzz/streamer/attacked-streamer.js';
import { PeerClient } from '../helpers/peer-client.js';
import { freeRtpPort } from '../helpers/ports.js';
import { until } from '../helpers/processes.js';
import { StreamWatch } from '../helpers/stream-watch.js';

const watches: StreamWatch[] = [];
let streamer: AttackedStreamer;
before(async () => {
  const receivers = [await freeRtpPort(), await freeRtpPort()];
  for (const [i, port] of receivers.entries()) watches.push(await StreamWatch.start(port, [30, 15][i] ?? 0));
  streamer = await AttackedStreamer.start(receivers);
});
after(async () => {
  for (const watch of watches) await watch.pause();
  if (streamer.isRunning) await streamer.stop();
});

for (const name of attackerNames)
  test(`streams on under the attacker ${name}, without a fault`, async (context) => {
    const attacker = await AttackerProcess.start(name, streamer.ports);
    context.after(() => {
      attacker.stop();
    });
    const steps = await attacker.attack(1, 3);
    context.diagnostic(`${String(steps)} steps`);
    assert.ok(steps > 10, String(steps));
    assert.ok(streamer.isRunning, streamer.log);
    assert.equal(await streamer.faults(), 0, streamer.log);
    for (const watch of watches) await watch.framesMore(10);
  });

test('lets somebody watch afterwards, and ends as it should', async (context) => {
  const url = `http://127.0.0.1:${String(streamer.ports.web)}/whep/camera1`;
  const join = async (): Promise<boolean> => (await PeerClient.join(url, context)).refusal === undefined;
  await until('a place', join);
  assert.equal(await streamer.stop(), 0, streamer.log);
});
