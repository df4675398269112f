// The endpoints of the Go system, with its JSON.
import { z } from 'zod';
import type { WebApp } from '../web-app.js';
import { statisticsEvent, type CameraDetail } from '../schemas.js';
import type { StatisticsClock } from '../statistics-clock.js';
import type { StreamedCamera, Streamer } from '../streamer.js';

export interface GoSystemOptions {
  readonly streamer: Streamer;
  readonly statistics: StatisticsClock;
  /** What browsers reach this machine by. */
  readonly piIp: string;
  readonly webPort: number;
}

const cameraStatus = z.object({
  id: z.string(),
  device_path: z.string(),
  running: z.boolean(),
  initialized: z.boolean(),
  width: z.int().optional().describe('While it runs'),
  height: z.int().optional(),
  fps: z.number().optional(),
});
const cameraStatuses = z.record(z.string(), cameraStatus);
const webrtcStatus = z.object({
  camera_id: z.string(),
  port: z.int().describe('Of its signalling'),
  is_streaming: z.boolean(),
  peer_count: z.int(),
  client_count: z.int().describe('The same: who leaves is gone at once'),
  peers: z.record(z.string(), z.object({ connection_state: z.string() })),
});
const webrtcStatuses = z.record(z.string(), webrtcStatus).describe('By camera; none in mode mjpeg-rtp');
const result = z.object({ success: z.boolean(), error: z.string().optional() });
const actionReply = z.object({ action: z.string(), results: z.record(z.string(), result) });
const tags = ['Go system'];

export function addGoSystemRoutes(app: WebApp, options: GoSystemOptions): void {
  const { streamer, statistics, piIp, webPort } = options;
  const cameras = (): z.infer<typeof cameraStatuses> =>
    Object.fromEntries(streamer.cameras.map((camera) => [camera.id, statusOf(camera.describe())]));
  const webrtc = (): z.infer<typeof webrtcStatuses> =>
    Object.fromEntries(streamer.cameras.flatMap((camera) => webrtcStatusOf(camera)));

  app.get('/health', { config: { right: 'none' }, schema: health }, () => ({
    status: 'ok',
    timestamp: new Date().toISOString().replace(/\.\d+Z$/, 'Z'),
    services: {
      web_server: 'running',
      camera_manager: `running (${String(streamer.cameras.length)} cameras)`,
    },
    cameras: Object.fromEntries(streamer.cameras.map((camera) => [camera.id, camera.describe().state])),
  }));
  app.get('/api/status', { schema: status }, () => ({
    server: { pi_ip: piIp, web_port: webPort, running: true },
    cameras: cameras(),
    webrtc: webrtc(),
  }));
  app.get('/api/config', { schema: config }, () => {
    const shown = streamer.publicConfig();
    return { ...shown, server: { ...(shown['server'] as object), pi_ip: piIp } };
  });
  app.get('/api/cameras', { schema: cameraList }, cameras);
  app.get('/api/stats', { schema: stats }, () => ({
    timestamp: String(Math.floor(Date.now() / 1000)),
    cameras: cameras(),
    webrtc: webrtc(),
    statistics: statistics.latest,
  }));
  app.post('/api/cameras/start', { schema: startAll }, async () => ({
    action: 'start_cameras',
    results: await forEach(streamer, (camera) => {
      camera.control.start();
    }),
  }));
  app.post('/api/cameras/stop', { schema: stopAll }, async () => ({
    action: 'stop_cameras',
    results: await forEach(streamer, (camera) => camera.control.stop()),
  }));
  refuseGet(app);
}

/** That they are there, but change things: no GET does. */
function refuseGet(app: WebApp): void {
  for (const where of ['/api/cameras/start', '/api/cameras/stop']) {
    app.get(where, { schema: { hide: true } }, (_request, reply) =>
      reply
        .status(405)
        .header('Allow', 'POST')
        .send({ error: `${where} wants POST`, status: 405, code: 'ERR_NOT_FOUND' }),
    );
  }
}

const health = {
  tags,
  summary: 'Whether the server answers; open to all',
  response: {
    200: z.object({
      status: z.string(),
      timestamp: z.string().describe('RFC 3339'),
      services: z.record(z.string(), z.string()),
      cameras: z.record(z.string(), z.string()).describe('The state of each'),
    }),
  },
};
const status = {
  tags,
  summary: 'Server and cameras',
  response: {
    200: z.object({
      server: z.object({ pi_ip: z.string(), web_port: z.int(), running: z.boolean() }),
      cameras: cameraStatuses,
      webrtc: webrtcStatuses,
    }),
  },
};
const config = {
  tags,
  summary: 'The configuration, without secrets',
  response: { 200: z.record(z.string(), z.unknown()) },
};
const cameraList = { tags, summary: 'All cameras, in short', response: { 200: cameraStatuses } };
const stats = {
  tags,
  summary: 'Statistics of all cameras',
  response: {
    200: z.object({
      timestamp: z.string().describe('Unix time, seconds'),
      cameras: cameraStatuses,
      webrtc: webrtcStatuses,
      statistics: statisticsEvent.describe('As the event `statistics` of /api/events'),
    }),
  },
};
const startAll = { tags, summary: 'Start all cameras', response: { 200: actionReply } };
const stopAll = { tags, summary: 'Stop all cameras', response: { 200: actionReply } };

function webrtcStatusOf(camera: StreamedCamera): [string, z.infer<typeof webrtcStatus>][] {
  const { id } = camera;
  const viewers = camera.control.video?.statistics().viewers;
  if (!viewers) return [];
  const status = {
    camera_id: id,
    port: camera.describe().webrtc?.signallingPort ?? 0,
    is_streaming: viewers.some(({ isConnected }) => isConnected),
    peer_count: viewers.length,
    client_count: viewers.length,
    peers: Object.fromEntries(
      viewers.map((viewer) => [
        viewer.id,
        { connection_state: viewer.isConnected ? 'connected' : 'connecting' },
      ]),
    ),
  };
  return [[id, status]];
}

function statusOf({
  id,
  device,
  state,
  width,
  height,
  settings,
}: CameraDetail): z.infer<typeof cameraStatus> {
  const running = state !== 'stopped' && state !== 'failed';
  return {
    ...{ id, device_path: device, running, initialized: width !== undefined },
    ...(running && width !== undefined && { width, height, fps: settings.fps }),
  };
}

async function forEach(
  { cameras }: Streamer,
  action: (camera: StreamedCamera) => void | Promise<void>,
): Promise<z.infer<typeof actionReply>['results']> {
  const results = cameras.map(async (camera) => {
    try {
      await action(camera);
      return [camera.id, { success: true }] as const;
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return [camera.id, { success: false, error: message }] as const;
    }
  });
  return Object.fromEntries<z.infer<typeof result>>(await Promise.all(results));
}
