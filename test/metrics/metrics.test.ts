import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CameraSource } from '../../lib/metrics/index.js';
import { LatencyHistogram } from '../../lib/util/latency-histogram.js';
import { streamed } from './camera-source.js';
import { metricsOf, samplesOf } from './scraped.js';

test('what a camera did, as its pipeline and output tell it', async (context) => {
  const camera = await streamed('a', 30);
  const { contentType, text } = await metricsOf(context, { cameras: () => [camera] }).render();
  assert.equal(contentType, 'text/plain; version=0.0.4; charset=utf-8');
  const samples = samplesOf(text);
  const ofCamera = (name: string, ...labels: string[]) =>
    samples.get(`${name}{${['camera="a"', ...labels].join(',')}}`);
  assert.equal(samples.get('info{version="1.2.3"}'), 1);
  const states = ['starting', 'streaming', 'stalled', 'restarting', 'failed', 'stopped'];
  assert.deepEqual(
    states.map((state) => ofCamera('camera_state', `state="${state}"`)),
    [0, 0, 0, 0, 0, 1],
  );
  assert.equal(ofCamera('frames_total', 'outcome="sent"'), 30);
  assert.equal(ofCamera('frames_total', 'outcome="encoded"'), camera.capture.encoded);
  assert.equal(ofCamera('jpeg_bytes_total'), camera.jpegBytes);
  assert.equal(ofCamera('jpeg_quality'), 80);
  assert.equal(ofCamera('encode_seconds_total'), (camera.capture.encodeTimeUs ?? NaN) / 1e6);
  assert.equal(ofCamera('preview_clients'), 2);
  assert.equal(ofCamera('preview_frames_skipped_total'), 5);
  assert.equal(ofCamera('webrtc_viewers_joined_total'), 3);
  assert.equal(ofCamera('webrtc_rate_bytes_per_second'), 1e5);
  assert.equal(ofCamera('video_frames_total', 'encoder="software"'), 50);
  assert.equal(ofCamera('video_encode_seconds_total'), 0.3);
  assert.equal(ofCamera('video_frames_dropped_total', 'reason="encoderBusy"'), 4);
  const destination = 'destination="127.0.0.1:9"';
  const socket = camera.rtp.destinations[0]?.socket;
  assert.ok(socket && socket.packetsSent >= 30);
  assert.equal(ofCamera('destination_packets_total', destination), socket.packetsSent);
  assert.equal(ofCamera('destination_bytes_total', destination), socket.bytesSent);
  const p99 = ofCamera('destination_pacing_error_seconds', destination, 'quantile="0.99"');
  assert.equal(p99, (socket.departureErrors?.p99Us ?? NaN) / 1e6);
});

test('reasons that never happened are there with 0', async (context) => {
  const camera = await streamed('a', 1);
  const { text } = await metricsOf(context, { cameras: () => [camera] }).render();
  const reasonsOf = (name: string) =>
    Array.from(
      text.matchAll(new RegExp(`${name}\\{.*reason="(\\w+)"\\} \\d+$`, 'gm')),
      ([, reason]) => reason,
    );
  assert.deepEqual(reasonsOf('_streamer_frames_dropped_total'), [
    ...[
      'source',
      'sourceFailed',
      'encoderBusy',
      'noSlot',
      'encodeFailed',
      'notReady',
      'senderBusy',
      'bitrate',
    ],
  ]);
  assert.deepEqual(reasonsOf('destination_frames_dropped_total'), ['notReady', 'senderBusy']);
  assert.deepEqual(reasonsOf('destination_socket_errors_total'), [
    ...['refused', 'unreachable', 'noBuffer', 'tooLong', 'other', 'segmentationLost'],
  ]);
});

test('what is not known is absent, not 0', async (context) => {
  const camera = await streamed('a', 1, { pacing: { mode: 'off' }, rtcp: false });
  const { text } = await metricsOf(context, { cameras: () => [camera] }).render();
  for (const name of ['receiver_', 'rate_', 'capture_skew_', 'destination_pacing_']) {
    assert.match(text, new RegExp(`^# TYPE pi_camera_streamer_${name}`, 'm'));
    assert.doesNotMatch(text, new RegExp(`^pi_camera_streamer_${name}`, 'm'));
  }
});

test('buckets are cumulative, and agree with count and sum', async (context) => {
  const captureLatency = new LatencyHistogram();
  for (const us of [50, 51, 700, 20_000, 3_000_000]) captureLatency.add(us);
  const camera = { ...(await streamed('a', 30)), captureLatency };
  const { text } = await metricsOf(context, { cameras: () => [camera] }).render();
  const samples = samplesOf(text);
  const bucket = (le: string) =>
    samples.get(`frame_latency_seconds_bucket{camera="a",stage="capture",le="${le}"}`);
  assert.deepEqual(
    ['0.00005', '0.0001', '0.0005', '0.001', '0.015', '0.02', '1', '+Inf'].map(bucket),
    [1, 2, 2, 3, 3, 4, 4, 5],
  );
  assert.equal(samples.get('frame_latency_seconds_sum{camera="a",stage="capture"}'), 3.020801);
  for (const stage of ['capture', 'queue', 'encode', 'packetize', 'send']) {
    const buckets = [...samples].filter(([key]) => key.includes(`_bucket{camera="a",stage="${stage}"`));
    assert.equal(buckets.length, 17);
    const counts = buckets.map(([, count]) => count);
    assert.deepEqual(
      counts,
      counts.toSorted((a, b) => a - b),
    );
    const count = samples.get(`frame_latency_seconds_count{camera="a",stage="${stage}"}`);
    assert.equal(counts.at(-1), count);
    assert.equal(count, stage === 'capture' ? 5 : 30, stage);
  }
});

test('receivers, rate control and skew in base units', async (context) => {
  const camera = await streamed('a', 5, { rate: { maxBitrateKbps: 2000 } });
  const receiver = { fractionLost: 0.25, packetsLost: -3, highestSequenceNumber: 7, lastReportAgeMs: 1 };
  const receivers = [
    { ...receiver, ssrc: 0x12_ab_cd, jitterMs: 1.5, roundTripMs: 4 },
    { ...receiver, ssrc: 0xffff_ffff, jitterMs: 2 },
  ];
  const { rtcp } = camera.rtp;
  assert.ok(rtcp);
  const heard: CameraSource = { ...camera, rtp: { ...camera.rtp, rtcp: { ...rtcp, receivers } } };
  const { text } = await metricsOf(context, {
    cameras: () => [heard],
    skew: () => ({ lastUs: -40, p50Us: 50, p99Us: 900, pairs: 3 }),
  }).render();
  const samples = samplesOf(text);
  const first = '{camera="a",ssrc="0x0012abcd"}';
  assert.equal(samples.get(`receiver_loss_ratio${first}`), 0.25);
  assert.equal(samples.get(`receiver_packets_lost${first}`), -3);
  assert.equal(samples.get(`receiver_jitter_seconds${first}`), 0.0015);
  assert.equal(samples.get(`receiver_round_trip_seconds${first}`), 0.004);
  assert.equal(samples.get('receiver_round_trip_seconds{camera="a",ssrc="0xffffffff"}'), undefined);
  assert.equal(samples.get('rate_bound_bytes_per_second{camera="a"}'), 250_000);
  assert.equal(samples.get('capture_skew_seconds{quantile="0.99"}'), 0.0009);
  assert.equal(samples.get('capture_skew_last_seconds'), -0.00004);
});

test('labels are escaped', async (context) => {
  const camera = await streamed('a "b" \\c\nd', 1);
  const { text } = await metricsOf(context, { cameras: () => [camera] }).render();
  assert.ok(text.includes('camera_restarts_total{camera="a \\"b\\" \\\\c\\nd"} 0\n'));
  assert.ok(text.includes('frame_latency_seconds_count{camera="a \\"b\\" \\\\c\\nd",stage="send"} 1\n'));
});

test('two scrapes at once each have all, and what is gone is gone from the next', async (context) => {
  const [first, second] = [await streamed('a', 3), await streamed('b', 5)];
  let cameras = [first];
  const metrics = metricsOf(context, { cameras: () => cameras });
  const early = metrics.render();
  cameras = [second];
  const [{ text: earlyText }, { text: lateText }] = await Promise.all([early, metrics.render()]);
  assert.equal(samplesOf(earlyText).get('frames_total{camera="a",outcome="sent"}'), 3);
  assert.doesNotMatch(earlyText, /camera="b"/);
  assert.equal(samplesOf(lateText).get('frames_total{camera="b",outcome="sent"}'), 5);
  assert.doesNotMatch(lateText, /camera="a"/);
});

test('JavaScript that holds up the event loop is seen', async (context) => {
  const metrics = metricsOf(context, {});
  await sleep(100);
  const endMs = performance.now() + 350;
  while (performance.now() < endMs);
  await sleep(100);
  const samples = samplesOf((await metrics.render()).text);
  const below = (le: string) => samples.get(`event_loop_delay_seconds_bucket{le="${le}"}`) ?? NaN;
  assert.ok(below('0.2') < below('+Inf'), JSON.stringify([...samples]));
  assert.ok((samples.get('event_loop_delay_seconds_sum') ?? 0) > 0.2);
});
