import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StreamReporter } from '../../lib/app/stream-report.js';
import { Pipeline, RtpOutput } from '../../lib/index.js';

test('a report has the rates since the one before, and the last one those since the start', async () => {
  const output = new RtpOutput({ host: '127.0.0.1', port: 9 });
  const camera = { device: 'test', fps: 100 };
  const pipeline = new Pipeline({ name: 'a', camera, outputs: [output], maxFrames: 30 });
  const reporter = new StreamReporter(pipeline, output);
  await pipeline.run();
  const first = reporter.report(false);
  const second = reporter.report(false);
  const last = reporter.report(true);
  assert.ok(first.fps > 10 && first.bitrateKbps > 100, JSON.stringify(first));
  assert.deepEqual([second.fps, second.bitrateKbps], [0, 0]);
  assert.ok(last.fps > 10 && last.fps <= first.fps, JSON.stringify(last));
  assert.deepEqual([last.sent, last.encoded >= 30, last.state], [30, true, 'stopped']);
});
