import type { FastifyInstance } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { reportFault } from '../errors/faults.js';
import { StreamerError, type ErrorCode } from '../errors/index.js';
import { challenge } from './security/access-control.js';

/** The HTTP status of errors; of all others 500. */
const statuses: Partial<Record<ErrorCode, number>> = {
  ERR_UNAUTHORIZED: 401,
  ERR_FORBIDDEN: 403,
  ERR_NOT_FOUND: 404,
  ERR_CONFLICT: 409,
  ERR_NOT_STREAMING: 409,
  ERR_TOO_MANY: 429,
  ERR_WEBRTC_OFFER: 400,
  ERR_WEBRTC_FULL: 503,
  ERR_INVALID_ARGUMENT: 400,
  ERR_CONFIG_INVALID: 400,
  ERR_CONFIG_CONFLICT: 400,
  ERR_CAMERA_CONFIG: 400,
  ERR_HOST_NOT_FOUND: 400,
  ERR_SOCKET: 400,
  ERR_JPEG_SIZE: 400,
  ERR_CLOSED: 409,
  // Of saving: what the file holds meanwhile, or a file that cannot be written, is for people to put right.
  ERR_CONFIG_SYNTAX: 409,
  ERR_CONFIG_UNKNOWN_KEY: 409,
  ERR_FILE_WRITE: 409,
};

/** Answers all that goes wrong in one form: `{ error, status, code }`. What is inside the program is never told. */
export function handleErrors(app: FastifyInstance): void {
  app.setErrorHandler((error, _request, reply) => {
    const { status, code, message } = describeError(error);
    if (status === 401) reply.header('WWW-Authenticate', challenge);
    if (status === 500) reportFault('web', error);
    return reply.status(status).send({ error: message, status, code });
  });
  app.setNotFoundHandler((_request, reply) =>
    reply.status(404).send({ error: 'there is no such page', status: 404, code: 'ERR_NOT_FOUND' }),
  );
}

interface Description {
  readonly status: number;
  readonly code: string;
  readonly message: string;
}

function describeError(error: unknown): Description {
  if (error instanceof StreamerError) {
    return { status: statuses[error.code] ?? 500, code: error.code, message: error.message };
  }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const problems = error.validation.map(({ instancePath, message = 'is wrong' }) =>
      `${instancePath.slice(1).replaceAll('/', '.')} ${message}`.trim(),
    );
    return { status: 400, code: 'ERR_INVALID_ARGUMENT', message: problems.join('; ') };
  }
  // What fastify refuses itself: too large, no JSON, another content type, too many requests.
  const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
  if (status >= 400 && status < 500) {
    const code = status === 429 ? 'ERR_TOO_MANY' : status === 404 ? 'ERR_NOT_FOUND' : 'ERR_INVALID_ARGUMENT';
    return { status, code, message: messageOf(error) };
  }
  return { status: 500, code: 'ERR_INTERNAL', message: 'something went wrong; the log says what' };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
