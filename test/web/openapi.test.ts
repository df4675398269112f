import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { WebStreamer } from '../helpers/web-streamer.js';

interface Operation {
  readonly summary?: string;
  readonly responses: Readonly<Record<string, unknown>>;
}

interface Description {
  readonly openapi: string;
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** A request for each operation, in an order that leaves the cameras as they were. */
const requests: readonly (readonly [operation: string, where: string, body?: unknown])[] = [
  ['get /health', '/health'],
  ['get /api/status', '/api/status'],
  ['get /api/config', '/api/config'],
  ['get /api/stats', '/api/stats'],
  ['get /api/access', '/api/access?login'],
  ['get /api/clock', '/api/clock'],
  ['get /api/events', '/api/events'],
  ['get /api/cameras', '/api/cameras'],
  ['post /api/cameras/stop', '/api/cameras/stop'],
  ['post /api/cameras/start', '/api/cameras/start'],
  ['get /api/cameras/{id}', '/api/cameras/camera2'],
  ['post /api/cameras/{id}/stop', '/api/cameras/camera2/stop'],
  ['post /api/cameras/{id}/start', '/api/cameras/camera2/start'],
  ['patch /api/cameras/{id}/settings', '/api/cameras/camera2/settings', { quality: 50 }],
  ['get /api/cameras/{id}/snapshot.jpg', '/api/cameras/camera2/snapshot.jpg'],
  ['post /api/cameras/{id}/destinations', '/api/cameras/camera2/destinations', { host: '::1', port: 9 }],
  ['delete /api/cameras/{id}/destinations/{host}/{port}', '/api/cameras/camera2/destinations/%3A%3A1/9'],
  ['post /api/config/save', '/api/config/save'],
  ['get /stream/{file}', '/stream/camera1.mjpg'],
  ['get /metrics', '/metrics'],
];

/** They want an offer of a viewer: test/webrtc has one. */
const ofWebRtc = ['post /whep/{id}', 'delete /whep/{id}/{session}'];

test('the description of the API is valid, and all that it describes is there', async (context) => {
  const streamer = await WebStreamer.start(context);
  const description = await streamer.get<Description>('/api/openapi.json');
  const { valid, errors } = await new Validator().validate({ ...description });
  assert.ok(valid, JSON.stringify(errors));
  assert.equal(description.openapi, '3.1.0');
  const described = Object.entries(description.paths).flatMap(([where, operations]) =>
    Object.keys(operations).map((method) => `${method} ${where}`),
  );
  assert.deepEqual(described.sort(), [...requests.map(([operation]) => operation), ...ofWebRtc].sort());
  for (const [operation, where, body] of requests) {
    const [method = '', path = ''] = operation.split(' ');
    const { summary, responses } = description.paths[path]?.[method] ?? { responses: {} };
    assert.ok(summary, operation);
    const stopping = new AbortController();
    const response = await fetch(streamer.url + where, {
      method: method.toUpperCase(),
      signal: stopping.signal,
      ...(body !== undefined && {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      }),
    });
    assert.ok(String(response.status) in responses, `${operation}: ${String(response.status)}`);
    assert.ok(response.ok, operation);
    stopping.abort();
  }
});
