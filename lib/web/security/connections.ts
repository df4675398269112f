import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { contain } from '../../errors/faults.js';
import { greediest } from '../../util/places.js';
import { inTurn } from '../../util/turns.js';
import { clientOf } from './addresses.js';

/** Connections at a time, of one server. */
const maxConnections = 256;
/** Requests that a connection may send before it has the answers to earlier ones. */
const maxPipelined = 64;
/** The same, of all connections together. */
const maxPipelinedInAll = 1024;
/** Bytes of answers that clients have not read, of all connections together. Streams bound theirs. */
const maxUnreadBytes = 32 * 2 ** 20;
/** An answer of which the client reads nothing for this long, or for twice as long at most, is given up. */
const stuckAfterMs = 10_000;
/** A client that lets its connection wait for less than this is given the time. */
const graceMs = 1000;
/** From so many connections on a peer is the one that gives way, whatever its connections do. */
const greedyCount = 64;
/** Connections that are still open this long after the end began are cut off. */
const closingMs = 500;

interface Connection {
  readonly peer: string;
  /** Of TCP. */
  readonly tcp: Socket;
  /** Of HTTP: the same, or that of TLS, once its handshake is over. */
  http: Socket;
  /** Begun with the one that is being answered. */
  readonly requests: { readonly request: IncomingMessage; readonly response: ServerResponse }[];
  /** When it was opened, or the request that is being answered began, or the last answer ended. */
  sinceMs: number;
  /** It carries a stream, which has a place of its own. */
  isTakenOver: boolean;
  /** It has shown a token or a password. */
  isKnown: boolean;
}

/** Finds a connection by its socket. */
const connectionOf = new WeakMap<Socket, Connection>();

/** Notes that a connection has shown a token or a password, so that strangers give way before it. */
export function markKnown(socket: Socket): void {
  const connection = connectionOf.get(socket);
  if (connection) connection.isKnown = true;
}

/** Keeps a connection from giving way to others, from now on: it carries a stream that has a place of its own. */
export function keepOpen(socket: Socket): void {
  const connection = connectionOf.get(socket);
  if (connection) connection.isTakenOver = true;
}

/**
 * All connections of one HTTP server, so that none of them can cost more than itself. Each socket has a listener for its
 * errors, whoever it is handed to. Requests of one connection are answered one after the other. When there are too many
 * connections, requests or unread bytes, the peer that has most of them gives way. Faults of handlers end here.
 */
export class Connections {
  /** The oldest first. */
  readonly #connections = new Set<Connection>();
  readonly #handler: RequestListener;
  #pipelined = 0;

  /** @param handler - answers a request. It may throw. */
  constructor(handler: RequestListener) {
    this.#handler = handler;
  }

  /** Takes a server's connections, before it listens. Its requests come by {@link onRequest}. */
  watch(server: Server): void {
    server.on('connection', (socket) => {
      this.#open(socket);
    });
    // With TLS the requests come by another socket. Both have the same two ends, and only one pair of them is open.
    server.on('secureConnection', (socket: Socket) => {
      socket.on('error', () => socket.destroy());
      const ends = endsOf(socket);
      const connection = [...this.#connections].find(({ tcp }) => !tcp.destroyed && endsOf(tcp) === ends);
      if (connection) this.#setHttp(connection, socket);
    });
  }

  readonly onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    const connection = connectionOf.get(request.socket);
    if (!connection) {
      request.socket.destroy(); // it is gone
      return;
    }
    connection.requests.push({ request, response });
    if (connection.requests.length === 1) this.#answer(connection);
    else this.#boundPipelined(connection);
  };

  /** Lets idle connections go, and the others soon after. */
  end(): void {
    for (const { tcp, requests } of this.#connections) if (requests.length === 0) tcp.end();
    setTimeout(() => {
      for (const { tcp } of this.#connections) tcp.destroy();
    }, closingMs).unref();
  }

  #open(tcp: Socket): void {
    const connection: Connection = {
      ...{ peer: clientOf(tcp.remoteAddress), tcp, http: tcp, requests: [] },
      ...{ sinceMs: performance.now(), isTakenOver: false, isKnown: false },
    };
    tcp.on('error', () => tcp.destroy());
    tcp.once('close', () => {
      this.#connections.delete(connection);
      this.#pipelined -= Math.max(connection.requests.length - 1, 0);
      connection.requests.length = 0;
    });
    if (this.#connections.size >= maxConnections) (this.#victim() ?? connection).tcp.destroy();
    this.#connections.add(connection);
    this.#setHttp(connection, tcp);
  }

  #setHttp(connection: Connection, socket: Socket): void {
    connection.http = socket;
    connectionOf.set(socket, connection);
  }

  /** Answers the first of a connection's requests, and then the next one. */
  #answer(connection: Connection): void {
    const [first] = connection.requests;
    if (!first || connection.tcp.destroyed) return;
    const { request, response } = first;
    connection.sinceMs = performance.now();
    response.once('close', () => {
      if (connection.requests.shift() && connection.requests.length > 0) this.#pipelined -= 1;
      connection.sinceMs = performance.now();
      this.#answer(connection);
    });
    response.setTimeout(stuckAfterMs, () => {
      if (!connection.isTakenOver && unreadBytes(connection) > 0) connection.tcp.destroy();
    });
    this.#boundUnread();
    inTurn(() => {
      contain(
        'web',
        () => {
          this.#handler(request, response);
        },
        () => connection.tcp.destroy(),
      );
    });
  }

  #boundPipelined(connection: Connection): void {
    this.#pipelined += 1;
    if (connection.requests.length > maxPipelined) connection.tcp.destroy();
    if (this.#pipelined <= maxPipelinedInAll) return;
    largest([...this.#connections], ({ requests }) => requests.length)?.tcp.destroy();
  }

  #boundUnread(): void {
    const answering = [...this.#connections].filter(({ isTakenOver }) => !isTakenOver);
    const bytes = answering.reduce((sum, connection) => sum + unreadBytes(connection), 0);
    if (bytes > maxUnreadBytes) largest(answering, unreadBytes)?.tcp.destroy();
  }

  /**
   * The connection that gives way to a new one. Strangers do before those that are known, and a peer with many connections
   * before all others. The one that has waited longest for its client gives way, or else the oldest one.
   */
  #victim(): Connection | undefined {
    const open = [...this.#connections].filter(({ isTakenOver, tcp }) => !isTakenOver && !tcp.destroyed);
    const strangers = open.filter(({ isKnown }) => !isKnown);
    const candidates = strangers.length > 0 ? strangers : open;
    const group = greediest(candidates);
    const waitMs = (connection: Connection): number => waitOf(connection, performance.now());
    const chosen = group.length >= greedyCount ? group : candidates;
    return largest(chosen, waitMs);
  }
}

/** How long a connection has waited for its client: for a request, for the rest of one, or for its answer to be read. */
function waitOf({ requests, http, sinceMs }: Connection, nowMs: number): number {
  const [first] = requests;
  const isOurTurn = first?.request.complete === true && http.writableLength === 0;
  return isOurTurn || nowMs - sinceMs < graceMs ? 0 : nowMs - sinceMs;
}

function unreadBytes({ http, tcp }: Connection): number {
  return http === tcp ? tcp.writableLength : tcp.writableLength + http.writableLength;
}

function largest(
  connections: readonly Connection[],
  sizeOf: (connection: Connection) => number,
): Connection | undefined {
  return connections.reduce<Connection | undefined>(
    (most, connection) => (most && sizeOf(most) >= sizeOf(connection) ? most : connection),
    undefined,
  );
}

function endsOf({ remoteAddress, remotePort, localAddress, localPort }: Socket): string {
  return [remoteAddress, remotePort, localAddress, localPort].join(' ');
}
