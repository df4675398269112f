import { Server } from 'node:https';
import fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { ServerConfig } from '../config/index.js';
import { handleErrors } from './errors.js';
import type { AccessControl } from './security/access-control.js';
import { limitConnections } from './security/connection-limit.js';
import { followRenewals, readTlsFiles } from './security/tls-files.js';
import { forgetTypeOfNothing, type WebApp } from './web-app.js';

export interface ServerOptions {
  readonly server: ServerConfig;
  readonly access: AccessControl;
  readonly logger: FastifyBaseLogger;
}

const maxBodyBytes = 64 * 1024;
/** To send a request's head, and all of it. A response may take as long as it likes. */
const headersTimeoutMs = 5000;
const requestTimeoutMs = 10_000;

/**
 * A server without routes, with the bounds, the access control and the form of errors that all of ours have.
 *
 * @throws StreamerError ERR_FILE_NOT_FOUND, ERR_CONFIG_INVALID when the configuration names files that are not there
 */
export function makeServer({ server, access, logger }: ServerOptions): WebApp {
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
  if (server.tls && app.server instanceof Server) {
    app.addHook('onClose', followRenewals(app.server, server.tls, logger));
  }
  return app;
}
