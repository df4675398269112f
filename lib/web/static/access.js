// @ts-check
/** @import { Access } from './types.js' */
import { readAccess, send } from './api.js';

/** @type {Access} */
const nothing = { control: false, mode: 'authenticated' };

/** @returns {Promise<Access>} that of somebody who may look only, when the server does not say */
export async function currentAccess() {
  try {
    return await readAccess();
  } catch {
    return nothing;
  }
}

/**
 * Signs in by the browser's own window, which it opens for an answer of 401. What is asked for changes nothing. The
 * browser then sends the password with everything below the folder of that address; the first address is
 * tried because its folder holds the whole API.
 *
 * @param {string | undefined} id - of any camera
 * @returns {Promise<Access>}
 * @throws {ApiError} with status 401 when the user gave up
 */
export async function signIn(id) {
  const response = await send('GET', '/api/access?login');
  /** @type {Access} */
  const access = await response.json();
  if (access.control || id === undefined) return access;
  // A change of nothing: it is refused, or it proves that changes are allowed.
  await send('PATCH', `/api/cameras/${encodeURIComponent(id)}/settings`, {});
  return { ...(await currentAccess()), control: true };
}
