// A media server that takes video by WHIP, and counts what it gets.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { PeerConnection, RtcpReceivingSession, type Track } from 'node-datachannel';
import { until } from './processes.js';

export interface WhipRequest {
  readonly method: string;
  /** With the query. */
  readonly path: string;
  readonly authorization: string | undefined;
  readonly contentType: string | undefined;
  readonly body: string;
  readonly timeMs: number;
}

/** Answers a request in place of the server. @returns whether it has */
type Intercept = (request: WhipRequest, response: ServerResponse) => boolean | Promise<boolean>;

export interface WhipEndpointOptions {
  /** Wanted of each request. */
  readonly token?: string;
  readonly intercept?: Intercept;
  /** How an offer becomes an answer; else libdatachannel receives the video. */
  readonly answer?: (offerSdp: string) => string | Promise<string>;
  /** What becomes of libdatachannel's answer. */
  readonly rewrite?: (answerSdp: string) => string;
  /** Of a session; default: a path. */
  readonly location?: (origin: string, session: number) => string;
  readonly port?: number;
}

export class WhipEndpoint {
  readonly requests: WhipRequest[] = [];
  readonly sessions = new Map<number, WhipReceiver | undefined>();
  readonly #options: WhipEndpointOptions;
  readonly #server: Server;
  #sessionsMade = 0;
  #isClosed = false;

  private constructor(options: WhipEndpointOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      void this.#serve(request, response).catch(() => {
        response.destroy();
      });
    });
    this.#server.on('connection', (socket) => {
      if (this.#isClosed) socket.destroy(); // it was under way
    });
  }

  static async start(context: TestContext, options: WhipEndpointOptions = {}): Promise<WhipEndpoint> {
    const endpoint = new WhipEndpoint(options);
    endpoint.#server.listen(options.port ?? 0, '127.0.0.1');
    await once(endpoint.#server, 'listening');
    context.after(() => {
      endpoint.close();
    });
    return endpoint;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get origin(): string {
    return `http://127.0.0.1:${String(this.port)}`;
  }

  get url(): string {
    return `${this.origin}/whip`;
  }

  of(method: string): WhipRequest[] {
    return this.requests.filter((request) => request.method === method);
  }

  get lastReceiver(): WhipReceiver | undefined {
    return [...this.sessions.values()].at(-1);
  }

  /** Goes away, and tells nobody. */
  close(): void {
    for (const receiver of this.sessions.values()) receiver?.close();
    this.sessions.clear();
    this.#isClosed = true;
    this.#server.closeAllConnections();
    this.#server.close();
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    let body = '';
    for await (const chunk of incoming) body += String(chunk);
    const { authorization, 'content-type': contentType } = incoming.headers;
    const request: WhipRequest = {
      ...{ method: incoming.method ?? '', path: incoming.url ?? '', authorization, contentType, body },
      timeMs: performance.now(),
    };
    this.requests.push(request);
    const { token, intercept } = this.#options;
    if (await intercept?.(request, response)) return;
    if (token !== undefined && authorization !== `Bearer ${token}`) {
      response.writeHead(401, { 'content-type': 'text/plain' });
      response.end(`you said ${String(authorization)}, which is wrong\nand more`);
    } else if (request.method === 'DELETE') this.#delete(request, response);
    else await this.#join(request, response);
  }

  async #join({ body }: WhipRequest, response: ServerResponse): Promise<void> {
    const session = this.#sessionsMade++;
    const receiver = this.#options.answer ? undefined : new WhipReceiver();
    this.sessions.set(session, receiver);
    const { answer = () => '', rewrite = (text: string): string => text } = this.#options;
    const sdp = receiver ? rewrite(await receiver.answer(body)) : await answer(body);
    if (this.#isClosed) receiver?.close();
    const location = this.#options.location?.(this.origin, session) ?? `/whip/${String(session)}`;
    response.writeHead(201, { 'content-type': 'application/sdp', location });
    response.end(sdp);
  }

  #delete({ path }: WhipRequest, response: ServerResponse): void {
    const session = Number(path.split('/').at(-1));
    const isKnown = this.sessions.has(session);
    this.sessions.get(session)?.close();
    this.sessions.delete(session);
    response.writeHead(isKnown ? 200 : 404).end();
  }
}

/** A receiver of one session. */
export class WhipReceiver {
  packets = 0;
  readonly payloadTypes = new Set<number>();
  readonly #connection = new PeerConnection('server', { iceServers: [] });
  #track: Track | undefined;

  get isConnected(): boolean {
    return this.#connection.state() === 'connected';
  }

  async answer(offerSdp: string): Promise<string> {
    this.#connection.onStateChange(() => undefined); // without it, and onClosed, the process does not end
    this.#connection.onTrack((track) => {
      this.#track = track;
      track.setMediaHandler(new RtcpReceivingSession());
      track.onClosed(() => undefined);
      track.onMessage((packet) => {
        this.packets += 1;
        this.payloadTypes.add((packet[1] ?? 0) & 0x7f);
      });
    });
    this.#connection.setRemoteDescription(offerSdp, 'offer');
    await until('candidates', () => this.#connection.gatheringState() === 'complete');
    return this.#connection.localDescription()?.sdp ?? '';
  }

  /** Asks for a key frame, as who lost something. */
  requestKeyframe(): void {
    this.#track?.requestKeyframe();
  }

  close(): void {
    this.#connection.close();
    this.#track?.close();
  }
}
