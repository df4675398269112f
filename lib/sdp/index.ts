/**
 * Session descriptions, RFC 8866. Pure: text in, text out.
 *
 * @packageDocumentation
 */
export { parseIpAddress, type IpAddress } from './ip-address.js';
export { parseSession, type DescribedStream } from './session-parser.js';
export { describeSession, type SessionDescriptionOptions } from './session-description.js';
