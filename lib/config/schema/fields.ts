// Types of single values that several keys, or a key and a command line option, share.
import { z } from 'zod';

export const port = z.int().min(1).max(65535);
export const webPort = z.int().min(0).max(65535);
export const count = z.int().min(0);

export const device = z.union([z.string().regex(/^(?!file:$)/), z.int().min(0).max(99)]);
export const deviceAllowed =
  'a camera id, an index from 0, "auto", "test", "file:PATH", or "" for the camera of the same number';

// 64 megapixels are 9248 wide; 16383 leaves room and keeps a frame's bytes far below 2^32.
export const pictureSize = z.int().min(16).max(16383);
export const framesPerSecond = z.number().min(1).max(240);

export const quality = z.int().min(1).max(100);
/** Kilobits a second; 0: none is set. */
export const bitrateBound = z.int().min(0).max(10_000_000);
export const host = z.string().regex(/^\S+$/);
export const serverUrl = z.string().max(2048).refine(isServerUrl);
/** Visible ASCII (RFC 6750 section 2.1 has fewer; MediaMTX takes USER:PASSWORD). */
export const bearerToken = z.string().regex(/^[\x21-\x7e]{1,4096}$/);
export const hostAllowed = 'a host name or an IP address';

/** Without user and password, which belong into no log, and without a fragment, which is not sent. */
function isServerUrl(text: string): boolean {
  if (!/^https?:\/\/\S+$/i.test(text) || !URL.canParse(text)) return false;
  const { username, password, hash } = new URL(text);
  return username === '' && password === '' && hash === '';
}
