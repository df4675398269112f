// @ts-check
/** @import { Access, CameraDetail } from './types.js' */

/** An answer that is not what was asked for. The message is for people. */
export class ApiError extends Error {
  /**
   * @param {string} message
   * @param {number} status - of HTTP; 0 when the server could not be reached
   */
  constructor(message, status) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
  }
}

/** Longer than anything takes here. Somebody may be typing a password into the browser's own window meanwhile. */
const timeoutMs = 120_000;

/** @type {Record<number, string>} */
const messages = {
  401: 'Sign in to change this.',
  429: 'Too many changes at once. Try again in a moment.',
};

/**
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body] - sent as JSON
 * @returns {Promise<Response>} with a status of 2xx
 * @throws {ApiError}
 */
export async function send(method, path, body) {
  /** @type {RequestInit} */
  const options = {
    method,
    credentials: 'same-origin',
    cache: 'no-store',
    signal: AbortSignal.timeout(timeoutMs),
  };
  if (body !== undefined) {
    options.body = JSON.stringify(body);
    options.headers = { 'Content-Type': 'application/json' };
  }
  let response;
  try {
    response = await fetch(path, options);
  } catch {
    throw new ApiError('The streamer can’t be reached.', 0);
  }
  if (!response.ok) throw new ApiError(await errorMessage(response), response.status);
  return response;
}

/** @param {Response} response */
async function errorMessage(response) {
  const known = messages[response.status];
  if (known !== undefined) return known;
  try {
    const body = await response.json();
    if (typeof body.error === 'string') return body.error;
  } catch {
    // Not the server's own answer, perhaps that of a proxy: its status has to do.
  }
  return `The server answered ${response.status}.`;
}

/** @returns {Promise<Access>} */
export async function readAccess() {
  return (await send('GET', '/api/access')).json();
}

/**
 * Saves all settings to the configuration file.
 *
 * @returns {Promise<{ file: string, saved: string[] }>}
 */
export async function saveConfiguration() {
  return (await send('POST', '/api/config/save')).json();
}

/** Everything that can be asked of one camera. Changes are sent one after the other, in the order they were made. */
export class CameraClient {
  /** @type {Promise<unknown>} */
  #last = Promise.resolve();
  #path;
  #onDetail;
  #events = 0;

  /**
   * @param {string} id
   * @param {(detail: CameraDetail) => void} onDetail - called with what a change led to
   */
  constructor(id, onDetail) {
    this.#path = `/api/cameras/${encodeURIComponent(id)}`;
    this.#onDetail = onDetail;
  }

  /** What an event told is newer than the answer to what was asked before it. */
  eventCame() {
    this.#events += 1;
  }

  start() {
    return this.#change('POST', '/start');
  }

  stop() {
    return this.#change('POST', '/stop');
  }

  /** @param {Record<string, unknown>} settings - those that change */
  patch(settings) {
    return this.#change('PATCH', '/settings', settings);
  }

  /**
   * @param {string} host
   * @param {number} port
   */
  addDestination(host, port) {
    return this.#change('POST', '/destinations', { host, port });
  }

  /**
   * @param {string} host
   * @param {number} port
   */
  removeDestination(host, port) {
    return this.#change('DELETE', `/destinations/${encodeURIComponent(host)}/${port}`);
  }

  async snapshot() {
    const response = await send('GET', `${this.#path}/snapshot.jpg`);
    return { blob: await response.blob(), captureTime: response.headers.get('X-Capture-Time') };
  }

  /**
   * @param {string} method
   * @param {string} path
   * @param {unknown} [body]
   * @returns {Promise<void>}
   */
  #change(method, path, body) {
    const change = this.#last.then(async () => {
      const eventsBefore = this.#events;
      const response = await send(method, this.#path + path, body);
      const detail = await response.json();
      if (this.#events === eventsBefore) this.#onDetail(detail);
    });
    this.#last = change.catch(() => undefined);
    return change;
  }
}

/** @param {unknown} error */
export function messageOf(error) {
  return error instanceof Error ? error.message : String(error);
}
