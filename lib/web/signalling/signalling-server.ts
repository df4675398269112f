import websocket from '@fastify/websocket';
import type { FastifyRequest } from 'fastify';
import { reportFault } from '../../errors/faults.js';
import { StreamerError } from '../../errors/index.js';
import type { WebRtcOutput } from '../../outputs/webrtc/index.js';
import { makeServer, type ServerOptions } from '../make-server.js';
import { greediest } from '../../util/places.js';
import { ClientCounts, type ClientCount } from '../security/client-counts.js';
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
 * What all sockets of a peer may send in a window, in messages: some 350 candidates, or two of the longest offers. A browser
 * sends some dozens of messages in all. The rest waits.
 */
const maxCost = 500;
const costWindowMs = 100;
/** This many bytes cost as much as a message. */
const bytesOfMessage = 256;

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
  const costs = new ClientCounts({ windowMs: costWindowMs, maxClients: 1000 });
  app.get('/ws', { websocket: true, preValidation: checkOrigin }, (socket, request) => {
    keepOpen(request.raw.socket);
    const holder = holderOf(request);
    let timer: NodeJS.Timeout | undefined;
    // One that watches nothing is let go in time, and sooner when others need the place.
    const onWatching = (isWatching: boolean): void => {
      clearTimeout(timer);
      waiting.delete(client);
      if (isWatching || socket.readyState > socket.OPEN) return;
      timer = setTimeout(() => {
        client.close(1001, 'no offer came');
      }, timeoutMs);
      waiting.add(client);
      const strangers = [...waiting].filter(({ isKnown }) => !isKnown);
      if (waiting.size > maxWaiting)
        greediest(strangers.length > 0 ? strangers : [...waiting])[0]?.terminate();
    };
    const charge = (bytes: number): number => chargeOf(costs.of(holder.peer, performance.now()), bytes);
    const client = new SignallingClient({ ...holder, socket, video, charge, onWatching });
    socket.once('close', () => {
      clearTimeout(timer);
      waiting.delete(client);
    });
    onWatching(false);
  });
  app.get('/', (request, reply) =>
    reply.type('text/plain').send(`WebRTC signalling of ${camera}\nWebSocket: ws://${request.host}/ws\n`),
  );
  return app;
}

/** @returns 0 where the cost has been taken into account, or how long to wait for the next window */
function chargeOf(cost: ClientCount, bytes: number): number {
  if (cost.count >= maxCost) return cost.sinceMs + costWindowMs - performance.now() + 1;
  cost.count += 1 + bytes / bytesOfMessage;
  return 0;
}

/** Whether a socket's error is what the other side did: broke the protocol, sent too much, or went away. */
function isOfOtherSide(error: Error): boolean {
  return 'code' in error && /^(WS_ERR_|E[A-Z]+$)/.test(String(error.code));
}
