import { z } from 'zod';
import { StreamerError } from '../../errors/index.js';
import { monotonicUs } from '../../util/clock.js';
import { unixUs } from '../../util/wall-clock.js';
import { cameraById, cameraParams } from '../cameras-by-id.js';
import { cameraDetail, newDestination, settingsChange } from '../schemas.js';
import type { Streamer } from '../streamer.js';
import { refusals, type WebApp } from '../web-app.js';

const tags = ['Cameras'];
const response = { 200: cameraDetail, ...refusals };
const destinationParams = cameraParams.extend({
  host: z.string(),
  port: z.coerce.number().int().min(1).max(65535),
});
/** How long to wait for a frame: longer than between two frames of the slowest camera. */
const snapshotTimeoutMs = 2500;

/** One camera: what it is, start, stop, settings, destinations, snapshot. */
export function addCameraRoutes(app: WebApp, streamer: Streamer): void {
  addStateRoutes(app, streamer);
  addChangeRoutes(app, streamer);
  const schema = {
    tags,
    summary: 'The next frame',
    description: 'With the headers X-Frame-Number and X-Capture-Time (RFC 3339).',
    params: cameraParams,
    produces: ['image/jpeg'],
  };
  app.get('/api/cameras/:id/snapshot.jpg', { schema }, async (request, reply) => {
    const { id } = request.params;
    const frame = await cameraById(streamer, id).control.snapshots.next(snapshotTimeoutMs);
    if (!frame) throw new StreamerError('ERR_NOT_STREAMING', `${id} delivers no frames now`);
    return reply
      .header('Content-Type', 'image/jpeg')
      .header('Cache-Control', 'no-store')
      .header('X-Frame-Number', String(frame.sequence))
      .header('X-Capture-Time', wallClockTime(frame.captureTimeUs))
      .send(Buffer.from(frame.data.buffer, frame.data.byteOffset, frame.data.byteLength));
  });
}

function addStateRoutes(app: WebApp, streamer: Streamer): void {
  const schema = (summary: string) => ({ tags, summary, params: cameraParams, response });
  app.get('/api/cameras/:id', { schema: schema('One camera') }, ({ params }) =>
    cameraById(streamer, params.id).describe(),
  );
  app.post(
    '/api/cameras/:id/start',
    { schema: schema('Start a camera; harmless when it runs') },
    (request) => {
      const camera = cameraById(streamer, request.params.id);
      camera.control.start();
      return camera.describe();
    },
  );
  app.post('/api/cameras/:id/stop', { schema: schema('Stop a camera') }, async (request) => {
    const camera = cameraById(streamer, request.params.id);
    await camera.control.stop();
    return camera.describe();
  });
}

function addChangeRoutes(app: WebApp, streamer: Streamer): void {
  const base = { tags, params: cameraParams, response };
  const settings = {
    ...base,
    summary: 'Change settings, all or none of them',
    description: 'Lost at a restart unless saved: see /api/config/save.',
    body: settingsChange,
  };
  app.patch('/api/cameras/:id/settings', { schema: settings }, async ({ params, body }) => {
    const camera = cameraById(streamer, params.id);
    await camera.control.change(body);
    return camera.describe();
  });
  const add = {
    ...{ tags, params: cameraParams, body: newDestination },
    summary: 'Send to one more receiver',
    response: { 201: cameraDetail, ...refusals },
  };
  app.post('/api/cameras/:id/destinations', { schema: add }, async ({ params, body }, reply) => {
    const camera = cameraById(streamer, params.id);
    await camera.control.addDestination({ ...body, rtcpPort: undefined });
    return reply.status(201).send(camera.describe());
  });
  const remove = { ...base, summary: 'Send no more to a receiver', params: destinationParams };
  app.delete('/api/cameras/:id/destinations/:host/:port', { schema: remove }, async ({ params }) => {
    const camera = cameraById(streamer, params.id);
    await camera.control.removeDestination(params.host, params.port);
    return camera.describe();
  });
}

function wallClockTime(captureTimeUs: number): string {
  const ageUs = monotonicUs() - captureTimeUs;
  return new Date((unixUs() - ageUs) / 1000).toISOString();
}
