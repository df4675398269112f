import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { readdirSync } from 'node:fs';
import { test, type TestContext } from 'node:test';
import { pino } from 'pino';
import { CameraStream } from '../../lib/app/camera-stream.js';
import { LiveConfig } from '../../lib/app/live-config.js';
import { StreamReporter } from '../../lib/app/stream-report.js';
import { parseConfig } from '../../lib/config/index.js';
import { until } from '../helpers/processes.js';

const here = '127.0.0.1';

function startStream(context: TestContext, rtpKeys = '', maxFrames?: number) {
  const text = `[camera1]\ndevice = "test"\nwidth = 64\nheight = 48\n[mjpeg-rtp.camera1]\ndest_host = "${here}"\ndest_port = 9\n${rtpKeys}`;
  const settings = new LiveConfig({ ...parseConfig(text, 'config.toml'), file: undefined });
  const stream = new CameraStream({
    ...{ name: 'camera1' as const, settings, onFrame: () => undefined },
    logger: pino({ level: 'silent' }),
    ...(maxFrames !== undefined && { maxFrames }),
  });
  context.after(() => stream.close());
  stream.start();
  return { stream, settings };
}

const streams = (stream: CameraStream) => until('a frame', () => stream.pipeline.state === 'streaming');

test('a camera that is started while it is being stopped runs', async (context) => {
  const { stream } = startStream(context);
  for (let i = 0; i < 5; i++) {
    await streams(stream);
    const stopped = stream.stop();
    stream.start();
    await stopped;
    await until('it to run again', () => stream.isRunning && stream.pipeline.state === 'streaming');
  }
  const stopped = stream.stop();
  stream.start();
  await stream.stop();
  await stopped;
  assert.deepEqual([stream.isRunning, stream.pipeline.state], [false, 'stopped']);
});

test('its end is told, also after it was stopped and started by hand', async (context) => {
  const { stream } = startStream(context, '', 20);
  await streams(stream);
  await stream.stop();
  let ends = 0;
  stream.on('ended', () => (ends += 1));
  stream.start();
  await until('its end', () => ends === 1);
  assert.deepEqual([stream.isRunning, stream.stoppedByHand], [false, false]);
});

test('a size that the camera cannot be cropped to changes nothing', async (context) => {
  const { stream, settings } = startStream(context);
  await streams(stream);
  await assert.rejects(stream.change({ crop: { x: 60, y: 0, width: 60, height: 20 } }), {
    code: 'ERR_CONFIG_CONFLICT',
  });
  await stream.change({ minQuality: 50 });
  assert.deepEqual(
    [settings.camera('camera1').crop, settings.camera('camera1').rtp.minQuality],
    [undefined, 50],
  );
  await stream.change({ maxBitrateKbps: 5000, minBitrateKbps: 2000 });
  await assert.rejects(stream.change({ maxBitrateKbps: 1000 }), { code: 'ERR_CONFIG_CONFLICT' });
  await stream.change({ maxBitrateKbps: 0 });
  assert.equal(settings.camera('camera1').rtp.minBitrateKbps, 2000);
  assert.equal(settings.camera('camera1').rtp.minQuality, 50);
});

test('the last port has no port for RTCP behind it', async (context) => {
  const { stream } = startStream(context);
  await streams(stream);
  await stream.addDestination({ host: here, port: 65535, rtcpPort: undefined });
  await until('packets', () => (stream.output.statistics().destinations[1]?.socket?.packetsSent ?? 0) > 10);
  await stream.removeDestination(here, 65535);
  assert.equal(stream.output.statistics().destinations.length, 1);
});

test('a destination that cannot be opened leaves no socket behind', async (context) => {
  const taken = createSocket('udp4');
  await new Promise<void>((resolve) => taken.bind(0, here, resolve));
  context.after(() => taken.close());
  const { stream } = startStream(context);
  await streams(stream);
  const descriptors = () => readdirSync('/proc/self/fd').length;
  const before = descriptors();
  for (let i = 0; i < 5; i++) {
    await assert.rejects(
      stream.addDestination({ host: 'no-such.invalid', port: 5000, rtcpPort: undefined }),
      {
        code: 'ERR_HOST_NOT_FOUND',
      },
    );
  }
  await until('sockets to be closed', () => descriptors() <= before);
  assert.equal(stream.output.statistics().destinations.length, 1);
});

test('with ports of its own for RTP and RTCP it takes another destination all the same', async (context) => {
  const probe = createSocket('udp4');
  const port = await new Promise<number>((resolve) => {
    probe.bind(0, here, () => {
      resolve(probe.address().port & ~1);
    });
  });
  await new Promise<void>((resolve) => probe.close(resolve));
  const { stream } = startStream(
    context,
    `local_port = ${String(port)}\nrtcp_local_port = ${String(port + 1)}\n`,
  );
  await streams(stream);
  await stream.addDestination({ host: here, port: 19, rtcpPort: undefined });
  assert.equal(stream.output.statistics().destinations.length, 2);
});

test('a destination that is added while another of the same address is added is there once', async (context) => {
  const { stream, settings } = startStream(context);
  await streams(stream);
  const destination = { host: here, port: 19, rtcpPort: undefined };
  const results = await Promise.allSettled([
    stream.addDestination(destination),
    stream.addDestination(destination),
  ]);
  assert.deepEqual(results.map(({ status }) => status).sort(), ['fulfilled', 'rejected']);
  assert.equal(settings.camera('camera1').rtp.destinations.length, 2);
  assert.equal(stream.output.statistics().destinations.length, 2);
});

test('rates stay what they are when a destination is removed, and begin anew with the camera', async (context) => {
  const { stream } = startStream(context);
  const reporter = new StreamReporter(stream);
  await streams(stream);
  await stream.addDestination({ host: here, port: 19, rtcpPort: undefined });
  await until('many packets', () => stream.output.statistics().framesSent > 40);
  const two = reporter.report(false);
  await stream.removeDestination(here, 9);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const one = reporter.report(false);
  assert.ok(one.bitrateKbps < two.bitrateKbps && one.packets > two.packets, JSON.stringify([two, one]));
  await stream.stop();
  stream.start();
  await until('frames again', () => stream.output.statistics().framesSent > 15);
  reporter.report(false);
  const all = reporter.report(true);
  assert.ok(all.fps > 15 && all.fps < 35, JSON.stringify(all));
});
