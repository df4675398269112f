// What concerns all cameras: access, events, saving, previews, metrics.
import { z } from 'zod';
import { StreamerError } from '../../errors/index.js';
import { monotonicUs } from '../../util/clock.js';
import { cameraById } from '../cameras-by-id.js';
import type { EventStream } from '../event-stream.js';
import { accessReply, clockReply, saveReply } from '../schemas.js';
import type { AccessControl } from '../security/access-control.js';
import { StreamPlaces } from '../stream-places.js';
import type { Streamer } from '../streamer.js';
import { refusals, type WebApp } from '../web-app.js';

export interface ServiceOptions {
  readonly streamer: Streamer;
  readonly access: AccessControl;
  readonly events: EventStream;
  readonly maxPreviews: number;
  /** What Prometheus scrapes. */
  readonly metrics: () => Promise<{ readonly contentType: string; readonly text: string }>;
}

const maxEventClients = 32;
/** Rendering them takes some milliseconds: whoever asks more often gets them as they were. */
const metricsAgeMs = 100;

export function addServiceRoutes(app: WebApp, options: ServiceOptions): void {
  const { streamer, access, events, metrics } = options;
  app.get('/api/access', { schema: accessSchema }, (request) => {
    if (request.query.login !== undefined) access.demandControl(request);
    return access.accessOf(request);
  });
  app.get('/api/clock', { schema: clockSchema }, () => ({ monotonicUs: monotonicUs() }));
  app.post('/api/config/save', { schema: save }, () => streamer.save());
  const places = new StreamPlaces(maxEventClients, 'too many clients of events');
  app.get('/api/events', { schema: eventsSchema, exposeHeadRoute: false }, (request, reply) => {
    events.addClient(places.take(request, reply));
  });
  let rendered: ReturnType<typeof metrics> | undefined;
  let renderedMs = -Infinity;
  app.get('/metrics', { schema: metricsSchema }, async (_request, reply) => {
    if (!rendered || performance.now() - renderedMs > metricsAgeMs) {
      renderedMs = performance.now();
      rendered = metrics();
    }
    const { contentType, text } = await rendered;
    return reply.header('Content-Type', contentType).send(text);
  });
  addPreviewRoute(app, options);
}

const denominators = { '1': 1, '1/2': 2, '1/4': 4, '1/8': 8 } as const;
const previewSchema = {
  tags: ['Service'],
  summary: 'MJPEG for browsers and players: multipart/x-mixed-replace',
  params: z.object({
    file: z
      .string()
      .regex(/^[\w-]+\.mjpg$/)
      .describe('Such as camera1.mjpg'),
  }),
  querystring: z.object({
    fps: z.coerce.number().min(0.1).max(240).optional().describe('Frames a second at most'),
    scale: z.enum(['1', '1/2', '1/4', '1/8']).optional().describe('Of width and height'),
  }),
  produces: ['multipart/x-mixed-replace'],
};

function addPreviewRoute(app: WebApp, { streamer, maxPreviews }: ServiceOptions): void {
  const places = new StreamPlaces(
    maxPreviews,
    `there are ${String(maxPreviews)} previews; max_previews in [server] bounds them`,
  );
  app.get('/stream/:file', { schema: previewSchema, exposeHeadRoute: false }, (request, reply) => {
    const camera = cameraById(streamer, request.params.file.replace(/\.mjpg$/, ''));
    if (!camera.control.preview.admits) {
      throw new StreamerError('ERR_TOO_MANY', 'no previews for the moment: memory is short');
    }
    const { fps, scale = '1' } = request.query;
    camera.control.preview.addClient(places.take(request, reply), {
      maxFps: fps,
      denominator: denominators[scale],
      opensNextPart: /Chrom(e|ium)\//.test(request.headers['user-agent'] ?? ''),
    });
  });
}

const accessSchema = {
  tags: ['Service'],
  summary: 'What this client may do',
  querystring: z.object({
    login: z
      .string()
      .optional()
      .describe('Refuses who may not change things, so that a browser asks for a password'),
  }),
  response: { 200: accessReply, ...refusals },
};
const clockSchema = {
  tags: ['Service'],
  summary: 'The clock of capture times, to tell how old a frame is',
  response: { 200: clockReply, ...refusals },
};
const save = {
  tags: ['Service'],
  summary: 'Write what was changed to the configuration file, comments kept',
  response: { 200: saveReply, ...refusals },
};
const eventsSchema = {
  tags: ['Service'],
  summary: 'Server-sent events: cameras, camera, statistics',
  description:
    '`cameras` (all of them, first), `camera` (one that has changed), `statistics` (once a second).',
  produces: ['text/event-stream'],
};
const metricsSchema = { tags: ['Service'], summary: 'For Prometheus', produces: ['text/plain'] };
