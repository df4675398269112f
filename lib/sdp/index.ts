/**
 * Session descriptions, RFC 8866. Pure: text out.
 *
 * @packageDocumentation
 */
export { parseIpAddress, type IpAddress } from './ip-address.js';
export { describeSession, type SessionDescriptionOptions } from './session-description.js';
