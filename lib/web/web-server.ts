import { Server } from 'node:https';
import cors from '@fastify/cors';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import swagger from '@fastify/swagger';
import fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import type { ServerConfig } from '../config/index.js';
import { handleErrors } from './errors.js';
import { EventStream } from './event-stream.js';
import { addCameraRoutes } from './routes/cameras.js';
import { addGoSystemRoutes } from './routes/go-system.js';
import { addServiceRoutes, type ServiceOptions } from './routes/service.js';
import { addViewerRoutes } from './routes/viewer.js';
import { clientOf, isLoopback } from './security/addresses.js';
import { AccessControl } from './security/access-control.js';
import { limitConnections } from './security/connection-limit.js';
import { Credentials } from './security/credentials.js';
import { followRenewals, readTlsFiles } from './security/tls-files.js';
import { StatisticsClock } from './statistics-clock.js';
import type { Streamer } from './streamer.js';
import { forgetTypeOfNothing, type WebApp } from './web-app.js';

export interface WebServerOptions {
  readonly server: ServerConfig;
  /** What browsers reach this machine by. */
  readonly piIp: string;
  readonly version: string;
  readonly streamer: Streamer;
  readonly metrics: ServiceOptions['metrics'];
  readonly logger: FastifyBaseLogger;
}

const maxBodyBytes = 64 * 1024;
/** To send a request's head, and all of it. A response may take as long as it likes. */
const headersTimeoutMs = 5000;
const requestTimeoutMs = 10_000;
/** Requests a minute and address; programs on this machine have no limit. */
const maxRequestsPerMinute = 1200;

/**
 * The web server: viewer, API, previews and metrics.
 *
 * @returns the server, not yet listening
 * @throws StreamerError ERR_FILE_NOT_FOUND, ERR_CONFIG_INVALID when the configuration names files that are not there
 */
export async function makeWebServer(options: WebServerOptions): Promise<WebApp> {
  const { server, streamer, logger } = options;
  const access = new AccessControl(server, new Credentials(server));
  const timeouts = { headersTimeout: headersTimeoutMs, connectionsCheckingInterval: 1000 };
  const tls = server.tls && readTlsFiles(server.tls);
  const common = {
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    ...{ bodyLimit: maxBodyBytes, requestTimeout: requestTimeoutMs, forceCloseConnections: true },
    routerOptions: { maxParamLength: 256 },
  };
  const app = (
    tls ? fastify({ ...common, https: { ...timeouts, ...tls } }) : fastify({ ...common, http: timeouts })
  ).withTypeProvider<ZodTypeProvider>() as WebApp;
  app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain'); // JSON alone: other pages can send text without asking
  limitConnections(app.server);
  handleErrors(app);
  access.register(app);
  app.addHook('onRequest', forgetTypeOfNothing);
  await addPlugins(app, options);
  if (server.tls && app.server instanceof Server) {
    app.addHook('onClose', followRenewals(app.server, server.tls, logger));
  }
  const statistics = new StatisticsClock(streamer);
  app.addHook('onClose', () => {
    statistics.stop();
  });
  const events = new EventStream(streamer, statistics);
  addGoSystemRoutes(app, { ...options, statistics, webPort: server.webPort });
  addCameraRoutes(app, streamer);
  addServiceRoutes(app, { ...options, access, events, maxPreviews: server.maxPreviews });
  await addViewerRoutes(app);
  app.get('/api/openapi.json', { schema: { hide: true } }, () => app.swagger());
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
    exposedHeaders: ['X-Frame-Number', 'X-Capture-Time'],
  });
  await app.register(rateLimit, {
    max: maxRequestsPerMinute,
    timeWindow: 60_000,
    cache: 5000,
    allowList: ({ ip }) => isLoopback(ip),
    // Not the plugin's own, which throws when the client is gone.
    keyGenerator: ({ ip }) => clientOf(ip),
  });
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
