import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import { jsonSchemaTransform } from 'fastify-type-provider-zod';
import { EventStream } from './event-stream.js';
import { addCameraRoutes } from './routes/cameras.js';
import { addGoSystemRoutes } from './routes/go-system.js';
import { addServiceRoutes, type ServiceOptions } from './routes/service.js';
import { makeServer, type ServerOptions } from './make-server.js';
import { addViewerRoutes } from './routes/viewer.js';
import { addWhepRoutes } from './routes/whep.js';
import { requestLimit } from './security/request-limit.js';
import { StatisticsClock } from './statistics-clock.js';
import type { Streamer } from './streamer.js';
import type { WebApp } from './web-app.js';

export interface WebServerOptions extends ServerOptions {
  /** What browsers reach this machine by. */
  readonly piIp: string;
  readonly version: string;
  readonly streamer: Streamer;
  readonly metrics: ServiceOptions['metrics'];
}

/**
 * The web server: viewer, API, previews and metrics.
 *
 * @returns the server, not yet listening
 * @throws StreamerError ERR_FILE_NOT_FOUND, ERR_CONFIG_INVALID when the configuration names files that are not there
 */
export async function makeWebServer(options: WebServerOptions): Promise<WebApp> {
  const { server, streamer } = options;
  const app = makeServer(options);
  await addPlugins(app, options);
  const statistics = new StatisticsClock(streamer);
  app.addHook('onClose', () => {
    statistics.stop();
  });
  const events = new EventStream(streamer, statistics);
  addGoSystemRoutes(app, { ...options, statistics, webPort: server.webPort });
  addCameraRoutes(app, streamer);
  addServiceRoutes(app, { ...options, events, maxPreviews: server.maxPreviews });
  await addWhepRoutes(app, streamer);
  await addViewerRoutes(app);
  let description: Buffer | undefined; // made once, as it is large
  app.get('/api/openapi.json', { schema: { hide: true } }, (_request, reply) => {
    description ??= Buffer.from(JSON.stringify(app.swagger()));
    return reply.type('application/json; charset=utf-8').send(description);
  });
  return app;
}

async function addPlugins(app: WebApp, { server, version }: WebServerOptions): Promise<void> {
  const { corsOrigins } = server;
  await app.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: contentSecurityPolicy },
    // Who reaches a camera by HTTPS today may have to by HTTP tomorrow, on the same address.
    strictTransportSecurity: false,
    // Pages of the same host, on another port, may show the pictures; those that CORS names, too.
    crossOriginResourcePolicy: { policy: corsOrigins.length > 0 ? 'cross-origin' : 'same-site' },
    referrerPolicy: { policy: 'no-referrer' },
    // Without HTTPS browsers ignore these, and complain.
    crossOriginOpenerPolicy: false,
    originAgentCluster: false,
  });
  await app.register(cors, {
    origin: corsOrigins.includes('*') ? '*' : [...corsOrigins],
    methods: ['GET', 'POST', 'PATCH', 'DELETE', 'OPTIONS'],
    allowedHeaders: ['Content-Type', 'Authorization'],
    exposedHeaders: ['X-Frame-Number', 'X-Capture-Time', 'Location'],
  });
  await app.register(rateLimit, requestLimit);
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'pi-camera-streamer', version, description: 'Cameras, their streams and settings.' },
      components: {
        securitySchemes: {
          token: { type: 'http', scheme: 'bearer' },
          password: { type: 'http', scheme: 'basic' },
        },
      },
      security: [{}, { token: [] }, { password: [] }],
    },
    transform: jsonSchemaTransform,
  });
}

const contentSecurityPolicy = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'"],
  'img-src': ["'self'", 'blob:', 'data:'],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'self'"],
};
