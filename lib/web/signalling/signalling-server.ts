import websocket from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { StreamerError } from '../../errors/index.js';
import type { WebRtcOutput } from '../../outputs/webrtc/index.js';
import { makeServer, type ServerOptions } from '../make-server.js';
import { isOwnSite } from '../security/origin-check.js';
import type { WebApp } from '../web-app.js';
import { SignallingClient } from './signalling-client.js';

export interface SignallingOptions extends ServerOptions {
  readonly camera: string;
  readonly video: WebRtcOutput;
  /** For a client that makes no offer. */
  readonly timeoutMs: number;
}

/** An offer of a browser with many codecs has some 10 KiB. */
const maxMessageBytes = 64 * 1024;
/** Sockets without an offer. Beyond it the oldest gives way. */
const maxWaiting = 32;

/**
 * The Go system's way to a camera's video: a WebSocket at `/ws` on a port of the camera's own.
 *
 * @returns the server, not yet listening
 */
export async function makeSignallingServer(options: SignallingOptions): Promise<WebApp> {
  const { camera, video, server, timeoutMs } = options;
  const app = makeServer(options);
  await app.register(websocket, { options: { maxPayload: maxMessageBytes } });
  const waiting = new Set<SignallingClient>();
  const checkOrigin = ({ headers }: FastifyRequest): Promise<void> => {
    if (isOwnSite(headers, server.corsOrigins)) return Promise.resolve();
    const message = 'pages of another host may not watch; cors_origins in [server] allows them';
    return Promise.reject(new StreamerError('ERR_FORBIDDEN', message));
  };
  app.get('/ws', { websocket: true, preValidation: checkOrigin }, (socket) => {
    const settle = (): void => {
      clearTimeout(timer);
      waiting.delete(client);
    };
    const client = new SignallingClient(socket, video, settle);
    const timer = setTimeout(() => {
      client.close('no offer came');
    }, timeoutMs);
    socket.once('close', settle);
    waiting.add(client);
    const [oldest = client] = waiting;
    if (waiting.size > maxWaiting) {
      waiting.delete(oldest);
      oldest.close('too many wait');
    }
  });
  app.get('/', (request, reply) =>
    reply.type('text/plain').send(`WebRTC signalling of ${camera}\nWebSocket: ws://${request.host}/ws\n`),
  );
  return app;
}
