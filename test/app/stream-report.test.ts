import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameMeter } from '../../lib/app/frame-meter.js';
import { StreamReporter } from '../../lib/app/stream-report.js';
import { Pipeline, RtpOutput } from '../../lib/index.js';

test('a report has the rates since the one before, and the last one those since the start', async () => {
  const output = new RtpOutput({ host: '127.0.0.1', port: 9 });
  const camera = { device: 'test', fps: 100 };
  const pipeline = new Pipeline({ name: 'a', camera, outputs: [output], maxFrames: 30 });
  const reporter = new StreamReporter({ pipeline, output, meter: new FrameMeter() });
  await pipeline.run();
  const first = reporter.report(false);
  const second = reporter.report(false);
  const last = reporter.report(true);
  assert.ok(first.fps > 10 && first.bitrateKbps > 100, JSON.stringify(first));
  assert.deepEqual([second.fps, second.bitrateKbps], [0, 0]);
  assert.ok(last.fps > 10 && last.fps <= first.fps, JSON.stringify(last));
  assert.equal(last.rate, undefined);
  assert.deepEqual([last.sent, last.encoded >= 30, last.state], [30, true, 'stopped']);
});

test('a report says what was done to keep to a bitrate', async () => {
  const output = new RtpOutput({
    host: '127.0.0.1',
    port: 9,
    rate: { maxBitrateKbps: 2000, minQuality: 90 },
  });
  const camera = { device: 'test', fps: 100, quality: 95 };
  const pipeline = new Pipeline({ name: 'a', camera, outputs: [output], maxFrames: 60 });
  const reporter = new StreamReporter({ pipeline, output, meter: new FrameMeter() });
  await pipeline.run();
  const { rate, dropped, sent } = reporter.report(true);
  assert.ok(rate && rate.bitrateKbps > 0 && rate.bitrateKbps <= 2200, JSON.stringify(rate));
  assert.deepEqual([rate.quality, rate.boundKbps], [90, 2000]);
  assert.equal(sent + (dropped['bitrate'] ?? 0), 60);
  assert.ok(sent < 30, String(sent));
});
