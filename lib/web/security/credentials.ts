import { createHash, timingSafeEqual } from 'node:crypto';
import type { Rights, ServerConfig, TokenConfig, UserConfig } from '../../config/index.js';
import { StreamerError } from '../../errors/index.js';
import { fileFailure, readRegularFile } from '../../util/files.js';
import { LoginQueue } from './login-queue.js';
import { hashPassword, isPassword } from './password-hash.js';

/** Who a request comes from, by its token or password. */
export interface Identity {
  readonly name: string;
  readonly rights: Rights;
}

interface Token extends Identity {
  readonly digest: Buffer;
}

/** Passwords that were right, so that not every request costs what a guess is to cost. */
const maxRemembered = 64;
const leastTokenLength = 16;
const maxTokenFileBytes = 4096;

/** Checks what comes in the header Authorization (RFC 7617, RFC 6750). */
export class Credentials {
  readonly #tokens: readonly Token[];
  readonly #users: readonly UserConfig[];
  readonly #remembered = new Map<string, Identity>();
  readonly #checks = new LoginQueue();
  // Checked for names that nobody has.
  #decoyHash: string | undefined;

  /** @throws StreamerError ERR_FILE_NOT_FOUND, ERR_CONFIG_INVALID when a token's file is not there or no token */
  constructor({ tokens, users }: Pick<ServerConfig, 'tokens' | 'users'>) {
    this.#tokens = tokens.map((token) => ({ ...token, digest: digestOf(tokenOf(token)) }));
    this.#users = users;
  }

  /** Whether there are any. */
  get isEmpty(): boolean {
    return this.#tokens.length === 0 && this.#users.length === 0;
  }

  /** Whose token this is. */
  tokenOwner(authorization: string): Identity | undefined {
    const { scheme, value } = partsOf(authorization);
    if (scheme === 'bearer') return this.#ownerOf(value);
    if (scheme !== 'basic') return undefined;
    const { name, password } = loginOf(value);
    const owner = this.#ownerOf(password); // in a browser a token is the password of its name
    return owner?.name === name ? owner : undefined;
  }

  /** Whose password this is, where it was right before for the same client. */
  remembered(authorization: string, client: string): Identity | undefined {
    const { scheme, value } = partsOf(authorization);
    return scheme === 'basic' ? this.#remembered.get(keyOf(client, value)) : undefined;
  }

  /**
   * Nothing when name or password is wrong. Takes as long for names that nobody has.
   *
   * @param client - who asks
   * @param failures - its wrong logins of the last minute
   * @throws StreamerError ERR_TOO_MANY when too many others are checked
   */
  async checkPassword(
    authorization: string,
    client: string,
    failures: number,
  ): Promise<Identity | undefined> {
    const { scheme, value } = partsOf(authorization);
    if (scheme !== 'basic' || this.#users.length === 0) return undefined;
    const { name, password } = loginOf(value);
    const user = this.#users.find((known) => known.name === name);
    return this.#checks.run(failures, async () => {
      const remembered = this.#remembered.get(keyOf(client, value)); // since it has waited
      if (remembered) return remembered;
      this.#decoyHash ??= await hashPassword('');
      const isRight = await isPassword(password, user?.passwordHash ?? this.#decoyHash);
      if (!isRight || !user) return undefined;
      if (this.#remembered.size >= maxRemembered) this.#remembered.clear();
      this.#remembered.set(keyOf(client, value), user);
      return user;
    });
  }

  /** Compares with every token, and all of each, so that time tells nothing. */
  #ownerOf(token: string): Identity | undefined {
    const digest = digestOf(token);
    let owner: Identity | undefined;
    for (const known of this.#tokens) if (timingSafeEqual(known.digest, digest)) owner = known;
    return owner;
  }
}

function partsOf(authorization: string): { scheme: string; value: string } {
  const [, scheme = '', value = ''] = /^(\w+) +(\S+)$/.exec(authorization) ?? [];
  return { scheme: scheme.toLowerCase(), value };
}

function loginOf(base64: string): { name: string; password: string } {
  const text = Buffer.from(base64, 'base64').toString('utf8');
  const colon = text.indexOf(':');
  return { name: text.slice(0, Math.max(colon, 0)), password: text.slice(colon + 1) };
}

/** What messages say leaves the path out: somebody may have put the token itself there. */
function tokenOf(token: TokenConfig): string {
  if ('token' in token) return token.token;
  const key = `server.tokens.${token.name}.token_file`;
  let text = '';
  try {
    text = readRegularFile(token.tokenFile, maxTokenFileBytes).toString().trim();
  } catch (error) {
    throw new StreamerError('ERR_FILE_NOT_FOUND', `${key}: the file cannot be read (${fileFailure(error)})`);
  }
  if (text.length < leastTokenLength || /\s/.test(text)) {
    throw new StreamerError(
      'ERR_CONFIG_INVALID',
      `${key}: the file must hold one token of ${String(leastTokenLength)} characters or more`,
    );
  }
  return text;
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

/** Without the password, for what remembers it. */
function keyOf(client: string, base64: string): string {
  return digestOf(`${client} ${base64}`).toString('base64');
}
