// The whole program with addons that carry a sanitizer: two cameras of libcamera, by RTP and WebRTC, both of them restarted
// again and again.
import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { CameraFaults } from '../helpers/camera-faults.js';
import { barsFolder, cameraIds, startInDebian13 } from '../helpers/debian13.js';
import { PeerClient } from '../helpers/peer-client.js';
import { freeRtpPort } from '../helpers/ports.js';
import { StreamWatch } from '../helpers/stream-watch.js';
import { fps, writeTwoCameras } from '../helpers/two-cameras.js';
import { sanitizedCommand, type SanitizerName } from './sanitized-command.js';

/** Stopped and started, then opened again; opened again at once; gone and back; frames that are dropped. */
const faults = ['stall', 'cancel', 'unplug', 'error'];
/** Both at once, then one while the other streams. */
const victims = ['*', ...cameraIds];
const faultMs = 1500;
/** Sanitizers make things slow. */
const patienceMs = 60_000;

async function watch(context: TestContext): Promise<StreamWatch> {
  const stream = await StreamWatch.start(await freeRtpPort(), fps);
  context.after(() => stream.pause());
  return stream;
}

for (const name of ['address,undefined', 'thread'] satisfies SanitizerName[]) {
  test(`two cameras that are restarted are clean: ${name}`, { timeout: 240_000 }, async (context) => {
    const cameraFaults = new CameraFaults();
    const streams = [await watch(context), await watch(context)] as const;
    const bothStream = (): Promise<unknown> =>
      Promise.all(streams.map((stream) => stream.framesMore(5, patienceMs)));
    const [first, second] = streams;
    const config = writeTwoCameras([
      { host: '127.0.0.1', port: first.port },
      { host: '127.0.0.1', port: second.port },
    ]);
    const command = await sanitizedCommand(name, { shimmed: true, withWebRtc: true });
    const streamer = startInDebian13(barsFolder, [...command, '-config', config, '-mode', 'both'], {
      PI_LIKE_DEVICE: String(fps),
      CAMERA_FAULTS_FILE: cameraFaults.file,
    });
    context.after(() => streamer.child.kill('SIGKILL'));
    await bothStream();
    const url = /"url":"(http:[^"]+)\/"/.exec(streamer.stderr())?.[1] ?? '';
    for (const camera of victims) {
      for (const fault of faults) {
        const viewers = [];
        for (const id of ['camera1', 'camera2'])
          viewers.push(await PeerClient.join(`${url}/whep/${id}`, context));
        cameraFaults.set({ fault, camera });
        await sleep(faultMs);
        cameraFaults.set();
        await bothStream();
        for (const viewer of viewers) await viewer.leave();
      }
    }
    streamer.child.kill('SIGINT');
    const code = await streamer.exited;
    const log = streamer.stderr();
    assert.equal(code, 0, log);
    assert.doesNotMatch(log, /Sanitizer|runtime error/);
    const restarts = log.match(/"state":"(?:stalled|restarting)"/g) ?? [];
    assert.ok(restarts.length >= faults.length * victims.length, `${String(restarts.length)} restarts`);
  });
}
