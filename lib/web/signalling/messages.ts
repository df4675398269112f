import { z } from 'zod';
import type { ToldCandidate } from '../../outputs/webrtc/index.js';

/** What a client of the Go system's signalling says. What it does not know of is left out. */
export const clientMessage = z.discriminatedUnion('type', [
  z.object({ type: z.literal('offer'), data: z.object({ sdp: z.string() }) }),
  z.object({
    type: z.literal('ice-candidate'),
    data: z.object({ candidate: z.string() }),
  }),
  z.object({ type: z.literal('ping') }),
]);
export type ClientMessage = z.infer<typeof clientMessage>;

/** What the server says. */
export type ServerMessage =
  | { readonly type: 'answer'; readonly data: { readonly type: 'answer'; readonly sdp: string } }
  | {
      readonly type: 'ice-candidate';
      readonly data: ToldCandidate;
    }
  | { readonly type: 'pong' }
  | { readonly type: 'error'; readonly data: { readonly message: string } };

/** @returns the message, or what is wrong with it */
export function parseClientMessage(text: string): ClientMessage | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return 'a message is JSON: {"type": ..., "data": ...}';
  }
  const result = clientMessage.safeParse(value);
  if (result.success) return result.data;
  const type = typeof value === 'object' && value !== null && 'type' in value ? value.type : undefined;
  const known = clientMessage.options.map(({ shape }) => shape.type.value);
  return known.some((name) => name === type)
    ? `invalid ${String(type)} format: ${result.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')}`
    : `unknown message type; there are ${known.join(', ')}`;
}
