import websocket from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { reportFault } from '../../errors/faults.js';
import { StreamerError } from '../../errors/index.js';
import type { WebRtcOutput } from '../../outputs/webrtc/index.js';
import { makeServer, type ServerOptions } from '../make-server.js';
import { greediest } from '../../util/places.js';
import { holderOf } from '../security/access-control.js';
import { keepOpen } from '../security/connections.js';
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
/** Sockets without an offer. Beyond it the oldest one of the peer that has most of them is cut off. */
const maxWaiting = 32;

/**
 * The Go system's way to a camera's video: a WebSocket at `/ws` on a port of the camera's own.
 *
 * @returns the server, not yet listening
 */
export async function makeSignallingServer(options: SignallingOptions): Promise<WebApp> {
  const { camera, video, server, timeoutMs } = options;
  const app = makeServer(options);
  await app.register(websocket, {
    options: { maxPayload: maxMessageBytes },
    errorHandler: (error, socket) => {
      if (!isOfOtherSide(error)) reportFault('signalling', error);
      socket.terminate();
    },
  });
  const waiting = new Set<SignallingClient>();
  const checkOrigin = ({ headers }: FastifyRequest): Promise<void> => {
    if (isOwnSite(headers, server.corsOrigins)) return Promise.resolve();
    const message = 'pages of another host may not watch; cors_origins in [server] allows them';
    return Promise.reject(new StreamerError('ERR_FORBIDDEN', message));
  };
  app.get('/ws', { websocket: true, preValidation: checkOrigin }, (socket, request) => {
    keepOpen(request.raw.socket);
    const settle = (): void => {
      clearTimeout(timer);
      waiting.delete(client);
    };
    const client = new SignallingClient({ ...holderOf(request), socket, video, onJoined: settle });
    const timer = setTimeout(() => {
      client.close(1001, 'no offer came');
    }, timeoutMs);
    socket.once('close', settle);
    waiting.add(client);
    if (waiting.size > maxWaiting) greediest([...waiting])[0]?.terminate();
  });
  app.get('/', (request, reply) =>
    reply.type('text/plain').send(`WebRTC signalling of ${camera}\nWebSocket: ws://${request.host}/ws\n`),
  );
  return app;
}

/** Whether a socket's error is what the other side did: broke the protocol, sent too much, or went away. */
function isOfOtherSide(error: Error): boolean {
  return 'code' in error && /^(WS_ERR_|E[A-Z]+$)/.test(String(error.code));
}
