import { createServer as createHttpServer, METHODS, type RequestListener, type Server } from 'node:http';
import { createServer as createHttpsServer, type Server as TlsServer } from 'node:https';
import fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ServerConfig } from '../config/index.js';
import { handleErrors } from './errors.js';
import type { AccessControl } from './security/access-control.js';
import { Connections } from './security/connections.js';
import { followRenewals, readTlsFiles } from './security/tls-files.js';
import { forgetTypeOfNothing, type WebApp } from './web-app.js';

export interface ServerOptions {
  readonly server: ServerConfig;
  readonly access: AccessControl;
  readonly logger: FastifyBaseLogger;
}

const maxBodyBytes = 64 * 1024;
/** To send a request's head, and all of it. A response may take as long as it likes. */
const timeouts = { headersTimeout: 5000, requestTimeout: 10_000, connectionsCheckingInterval: 1000 };
const tlsTimeouts = { ...timeouts, handshakeTimeout: 10_000 };
const keepAliveTimeoutMs = 72_000;

/**
 * A server without routes, with the bounds, the access control and the form of errors that all of ours have.
 *
 * @throws StreamerError ERR_FILE_NOT_FOUND, ERR_CONFIG_INVALID when the configuration names files that are not there
 */
export function makeServer({ server, access, logger }: ServerOptions): WebApp {
  const tls = server.tls && readTlsFiles(server.tls);
  const servers: TlsServer[] = [];
  let connections: Connections | undefined;
  /** Called once for each address that is listened on. */
  const serverFactory = (handler: RequestListener): Server => {
    connections ??= new Connections(knownMethodsTo(handler));
    const { onRequest } = connections;
    const made = tls
      ? createHttpsServer({ ...tlsTimeouts, ...tls }, onRequest)
      : createHttpServer(timeouts, onRequest);
    made.keepAliveTimeout = keepAliveTimeoutMs;
    connections.watch(made);
    if ('setSecureContext' in made) servers.push(made);
    return made;
  };
  const app = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    ...{ bodyLimit: maxBodyBytes, forceCloseConnections: true, serverFactory },
    routerOptions: { maxParamLength: 256 },
  }).withTypeProvider<ZodTypeProvider>() as WebApp;
  app.setValidatorCompiler(validatorCompiler).setSerializerCompiler(serializerCompiler);
  app.removeContentTypeParser('text/plain'); // JSON alone: other pages can send text without asking
  handleErrors(app);
  access.register(app);
  app.addHook('onRequest', forgetTypeOfNothing);
  app.addHook('preClose', (done) => {
    connections?.end();
    done();
  });
  if (server.tls) app.addHook('onClose', followRenewals(servers, server.tls, logger));
  return app;
}

/**
 * Node parses the methods of RTSP, too. Fastify would answer them before any check or limit, and log each as a bug of its
 * own: whoever sends them could fill a disk. RFC 9110 section 9.1 has 501 for them.
 */
function knownMethodsTo(handler: RequestListener): RequestListener {
  return (request, response) => {
    if (METHODS.includes(request.method ?? '')) handler(request, response);
    else response.writeHead(501, { connection: 'close' }).end();
  };
}
