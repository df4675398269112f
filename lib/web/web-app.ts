import type { IncomingMessage, ServerResponse } from 'node:http';
import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyReply,
  FastifyRequest,
  RawServerDefault,
} from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { StreamerError } from '../errors/index.js';
import { errorReply } from './schemas.js';
import { keepOpen } from './security/connections.js';

/** Fastify whose routes take their types from zod. */
export type WebApp = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ZodTypeProvider
>;

/** What any route may answer instead. */
export const refusals = { '4xx': errorReply, '5xx': errorReply };

/**
 * The response of a reply, for what streams to it without end. Headers that hooks have set are on it.
 *
 * @throws StreamerError ERR_CONFLICT when its connection is gone: such a response would never tell that it was closed
 */
export function takeOver(reply: FastifyReply): ServerResponse {
  const response = reply.raw;
  if (response.socket?.destroyed !== false)
    throw new StreamerError('ERR_CONFLICT', 'the connection has ended');
  keepOpen(response.socket);
  reply.hijack();
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) response.setHeader(name, value);
  }
  return response;
}

/** Lets programs name a content type where there is no content, for routes that take none. */
export function forgetTypeOfNothing(
  { headers, routeOptions }: FastifyRequest,
  _reply: FastifyReply,
  done: () => void,
): void {
  const isEmpty = headers['transfer-encoding'] === undefined && Number(headers['content-length'] ?? 0) === 0;
  if (isEmpty && routeOptions.schema?.body === undefined) delete headers['content-type'];
  done();
}
