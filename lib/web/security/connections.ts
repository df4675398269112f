import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { contain } from '../../errors/faults.js';
import { greediest } from '../../util/places.js';
import { clientOf } from './addresses.js';

/** Connections at a time, of one server. */
const maxConnections = 256;
/** Requests that a connection may send before it has the answers to earlier ones. */
const maxPipelined = 64;
/** The same, of all connections together. */
const maxPipelinedInAll = 1024;
/** Bytes of answers that clients have not read, of all connections together. Streams bound theirs. */
const maxUnreadBytes = 32 * 2 ** 20;
/** An answer of which the client reads nothing for this long is given up. */
const stuckAfterMs = 10_000;
/** A new connection without a request is worth as much as one with half a request: it may be about to send one. */
const graceMs = 1000;
/** Connections that are still open this long after the end began are cut off. */
const closingMs = 500;

interface Connection {
  readonly peer: string;
  /** Of TCP. */
  readonly tcp: Socket;
  /** Of HTTP: the same, or that of TLS. Undefined until a handshake of TLS is over. */
  http: Socket | undefined;
  /** Begun with the one that is being answered. */
  readonly requests: { readonly request: IncomingMessage; readonly response: ServerResponse }[];
  /** When it last had no request to answer. */
  idleSinceMs: number;
  /** It carries what has no end, and is bounded by whoever took it over. */
  isTakenOver: boolean;
}

/** Finds a connection by its socket. */
const connectionOf = new WeakMap<Socket, Connection>();

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
  readonly #connections = new Map<string, Connection>();
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
    // With TLS the requests come by another socket. Both have the same two ends.
    server.on('secureConnection', (socket: Socket) => {
      const connection = this.#connections.get(endsOf(socket));
      if (connection) this.#setHttp(connection, socket);
      socket.on('error', () => socket.destroy());
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
    for (const { tcp, requests } of this.#connections.values()) if (requests.length === 0) tcp.end();
    setTimeout(() => {
      for (const { tcp } of this.#connections.values()) tcp.destroy();
    }, closingMs).unref();
  }

  #open(tcp: Socket): void {
    const ends = endsOf(tcp);
    const peer = clientOf(tcp.remoteAddress);
    const connection = {
      peer,
      tcp,
      http: undefined,
      requests: [],
      isTakenOver: false,
      idleSinceMs: performance.now(),
    };
    tcp.on('error', () => tcp.destroy());
    tcp.once('close', () => {
      this.#connections.delete(ends);
      this.#pipelined -= Math.max(connection.requests.length - 1, 0);
      connection.requests.length = 0;
    });
    this.#connections.set(ends, connection);
    this.#setHttp(connection, tcp);
    if (this.#connections.size > maxConnections) this.#victim()?.tcp.destroy();
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
    response.once('close', () => {
      if (connection.requests.shift() && connection.requests.length > 0) this.#pipelined -= 1;
      connection.idleSinceMs = performance.now();
      this.#answer(connection);
    });
    response.setTimeout(stuckAfterMs, () => {
      if (!connection.isTakenOver && unreadBytes(connection) > 0) connection.tcp.destroy();
    });
    this.#boundUnread();
    contain(
      'web',
      () => {
        this.#handler(request, response);
      },
      () => connection.tcp.destroy(),
    );
  }

  #boundPipelined(connection: Connection): void {
    this.#pipelined += 1;
    if (connection.requests.length > maxPipelined) connection.tcp.destroy();
    if (this.#pipelined <= maxPipelinedInAll) return;
    largest([...this.#connections.values()], ({ requests }) => requests.length)?.tcp.destroy();
  }

  #boundUnread(): void {
    const answering = [...this.#connections.values()].filter(({ isTakenOver }) => !isTakenOver);
    const bytes = answering.reduce((sum, connection) => sum + unreadBytes(connection), 0);
    if (bytes > maxUnreadBytes) largest(answering, unreadBytes)?.tcp.destroy();
  }

  /** The connection that is missed least: see {@link worthOf}. Of those the oldest one of the greediest peer. */
  #victim(): Connection | undefined {
    const open = [...this.#connections.values()].filter(({ isTakenOver }) => !isTakenOver);
    const least = Math.min(...open.map(worthOf));
    return greediest(open.filter((connection) => worthOf(connection) === least))[0];
  }
}

/** The lower the sooner it gives way: no request, half a request, an unread answer, a request that is being answered. */
function worthOf({ requests, http, idleSinceMs }: Connection): number {
  const [first] = requests;
  if (!first) return performance.now() - idleSinceMs > graceMs ? 0 : 1;
  if (!first.request.complete) return 1;
  return (http?.writableLength ?? 0) > 0 ? 2 : 3;
}

function unreadBytes({ http, tcp }: Connection): number {
  return http === tcp ? tcp.writableLength : tcp.writableLength + (http?.writableLength ?? 0);
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
