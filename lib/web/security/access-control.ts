import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ServerConfig } from '../../config/index.js';
import { StreamerError } from '../../errors/index.js';
import type { PlaceHolder } from '../../util/places.js';
import { clientOf, isLoopback } from './addresses.js';
import { markKnown } from './connections.js';
import type { Credentials, Identity } from './credentials.js';
import { FailedLogins } from './failed-logins.js';
import { isOwnHost } from './host-check.js';
import { isOwnOrigin } from './origin-check.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a route asks for; default `read` for GET, `control` for all else. */
    right?: 'none' | 'read' | 'control';
  }
  interface FastifyRequest {
    /** By its token or password. */
    identity: Identity | undefined;
  }
}

export interface Access {
  readonly control: boolean;
  readonly mode: ServerConfig['controlAccess'];
  readonly user?: string;
}

/** What proxies add: who is behind one on this machine is not on this machine. */
const proxyHeader = /^(forwarded|via|x-forwarded-.+|x-real-ip|x-client-ip|true-client-ip|cf-connecting-ip)$/;
/** For the header WWW-Authenticate: browsers ask for a name and a password. Programs send a token unasked. */
export const challenge = 'Basic realm="pi-camera-streamer", charset="UTF-8"';
/** Wrong logins in a minute after which a client's passwords are not checked any more. */
const maxFailures = 10;
/** The same for a password that was right before: it costs nothing to compare, and would soon be guessed. */
const maxGuesses = 100;
const safeMethods = ['GET', 'HEAD', 'OPTIONS'];

/** Decides which requests are answered, before anything of them but the head is read. */
export class AccessControl {
  readonly #server: ServerConfig;
  readonly #credentials: Credentials;
  readonly #failedLogins = new FailedLogins();

  constructor(server: ServerConfig, credentials: Credentials) {
    this.#server = server;
    this.#credentials = credentials;
  }

  register(app: FastifyInstance): void {
    app.decorateRequest('identity', undefined);
    app.addHook('onRequest', async (request) => {
      this.#checkHost(request);
      this.#checkOrigin(request);
      request.identity = await this.#identify(request);
      if (request.identity) markKnown(request.raw.socket);
      this.#checkRight(request);
    });
  }

  /** What a request may do. */
  accessOf(request: FastifyRequest): Access {
    const { identity } = request;
    return {
      control: this.#mayControl(request),
      mode: this.#server.controlAccess,
      ...(identity && { user: identity.name }),
    };
  }

  /** @throws StreamerError ERR_UNAUTHORIZED, ERR_FORBIDDEN for those who may not change things */
  demandControl(request: FastifyRequest): void {
    if (!this.#mayControl(request)) this.#refuse(request);
  }

  #checkHost({ headers }: FastifyRequest): void {
    if (isOwnHost(headers.host, this.#server)) return;
    throw new StreamerError(
      'ERR_FORBIDDEN',
      'this server is not known by that host name; add it to allowed_hosts in [server], or use the IP address',
    );
  }

  #checkOrigin({ method, headers, protocol }: FastifyRequest): void {
    if (safeMethods.includes(method) || isOwnOrigin(headers, protocol, this.#server.corsOrigins)) return;
    throw new StreamerError(
      'ERR_FORBIDDEN',
      'pages of another origin may not change anything here; cors_origins in [server] allows them',
    );
  }

  /** @throws StreamerError ERR_UNAUTHORIZED, ERR_TOO_MANY */
  async #identify({ headers, ip }: FastifyRequest): Promise<Identity | undefined> {
    const { authorization } = headers;
    if (authorization === undefined) return undefined;
    // A token is too long to be guessed. So wrong ones, which may come through the same proxy, don't lock it out.
    const owner = this.#credentials.tokenOwner(authorization);
    if (owner) return owner;
    const client = clientOf(ip);
    const failures = this.#failedLogins.count(client, performance.now());
    const remembered = failures < maxGuesses && this.#credentials.remembered(authorization, client);
    if (remembered) return remembered;
    // Before the password is checked, or any number of guesses at a time would pass.
    const takeBack = this.#failedLogins.add(client, performance.now());
    if (failures >= maxFailures)
      throw new StreamerError('ERR_TOO_MANY', 'too many wrong tokens or passwords; wait a minute');
    const user = await this.#credentials
      .checkPassword(authorization, client, failures)
      .catch((error: unknown) => {
        takeBack(); // nobody has looked whether it is wrong
        throw error;
      });
    if (!user) throw new StreamerError('ERR_UNAUTHORIZED', 'the token, or the name or password, is wrong');
    takeBack();
    return user;
  }

  #checkRight(request: FastifyRequest): void {
    const usual = safeMethods.includes(request.method) ? 'read' : 'control';
    const { right = usual } = request.routeOptions.config;
    if (right === 'none' || request.method === 'OPTIONS') return;
    if (right === 'read' ? this.#mayRead(request) : this.#mayControl(request)) return;
    this.#refuse(request);
  }

  #refuse(request: FastifyRequest): never {
    if (request.identity) {
      throw new StreamerError('ERR_FORBIDDEN', `${request.identity.name} may look, but not change anything`);
    }
    if (this.#credentials.isEmpty) {
      throw new StreamerError(
        'ERR_FORBIDDEN',
        'from another machine nothing can be changed until [server.users] or [server.tokens] names who may',
      );
    }
    throw new StreamerError('ERR_UNAUTHORIZED', 'this needs a token or a password');
  }

  #mayRead(request: FastifyRequest): boolean {
    return this.#server.readAccess === 'open' || request.identity !== undefined || this.#mayControl(request);
  }

  #mayControl(request: FastifyRequest): boolean {
    const { controlAccess } = this.#server;
    if (controlAccess === 'open') return true;
    if (request.identity) return request.identity.rights === 'control';
    return controlAccess === 'authenticated' && isFromThisMachine(request);
  }
}

/** Whoever a request comes from, where places are few. */
export function holderOf({ ip, identity }: FastifyRequest): PlaceHolder {
  return { peer: clientOf(ip), isKnown: identity !== undefined };
}

function isFromThisMachine({ ip, headers }: FastifyRequest): boolean {
  return isLoopback(ip) && !Object.keys(headers).some((name) => proxyHeader.test(name));
}
