// WebSocket by its grammar (RFC 6455): handshakes and frames as a client sends them, mostly right.
import type { Random } from '../random.js';

/** A request for /ws, which the server may refuse. */
export function handshakeByGrammar(random: Random): string {
  const either = (usual: string, ...odd: readonly [string, ...string[]]): string =>
    random.oneIn(20) ? random.pick(odd) : usual;
  const lines = [
    `GET ${either('/ws', '/', '/ws/', '/ws?a=b', '/WS', '/nowhere')} HTTP/${either('1.1', '1.0')}`,
    `Host: ${either('127.0.0.1', 'evil.example', '')}`,
    `Connection: ${either('Upgrade', 'keep-alive', 'close', 'keep-alive, Upgrade')}`,
    `Upgrade: ${either('websocket', 'foo', 'h2c', 'websocket, foo', '')}`,
    `Sec-WebSocket-Version: ${either('13', '8', '0', 'x', '13, 8')}`,
    `Sec-WebSocket-Key: ${either('dGhlIHNhbXBsZSBub25jZQ==', 'x', '', 'a'.repeat(3000))}`,
    ...(random.oneIn(15)
      ? [`Origin: ${random.pick(['http://evil.example', 'null', 'http://127.0.0.1'])}`]
      : []),
    ...(random.oneIn(15) ? [`Sec-WebSocket-Protocol: ${random.pick(['a', 'a, a', '', ','])}`] : []),
    ...(random.oneIn(6)
      ? [
          `Sec-WebSocket-Extensions: ${random.pick(['permessage-deflate', 'permessage-deflate; server_max_window_bits=99', 'x;;'])}`,
        ]
      : []),
  ];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

interface FrameFields {
  readonly opcode: number;
  readonly isLast: boolean;
  readonly payload: Uint8Array;
}

/** One frame. Its length, mask and reserved bits are mostly right (RFC 6455 section 5.2). */
function frame(random: Random, { opcode, isLast, payload }: FrameFields): Buffer {
  const isMasked = !random.oneIn(60);
  const reserved = random.oneIn(60) ? random.below(8) << 4 : 0;
  const length = random.oneIn(60) ? random.pick([0, 125, 70_000, 2 ** 31, 2 ** 40]) : payload.length;
  const head = [(isLast ? 0x80 : 0) | reserved | opcode];
  const mask = isMasked ? 0x80 : 0;
  if (length < 126 && !random.oneIn(60)) head.push(mask | length);
  else if (length < 65_536) head.push(mask | 126, length >> 8, length & 0xff);
  else
    head.push(
      mask | 127,
      0,
      0,
      ...[40, 32, 24, 16, 8, 0].map((bits) => Math.floor(length / 2 ** bits) & 0xff),
    );
  const key = [random.below(256), random.below(256), random.below(256), random.below(256)];
  if (isMasked) head.push(...key);
  const body = isMasked ? payload.map((byte, i) => byte ^ (key[i % 4] ?? 0)) : payload;
  return Buffer.concat([Buffer.from(head), body]);
}

/** A text as one frame, or in fragments with other frames between them (RFC 6455 section 5.4). */
export function messageFrames(random: Random, text: string): Buffer {
  const payload = Buffer.from(text, random.oneIn(30) ? 'latin1' : 'utf8');
  const count = random.oneIn(8) ? 1 + random.below(20) : 1;
  const size = Math.ceil(payload.length / count);
  const frames = Array.from({ length: count }, (_, i) => {
    const opcode = random.oneIn(80) ? random.below(16) : i === 0 ? 1 : 0;
    const part = payload.subarray(i * size, (i + 1) * size);
    const data = frame(random, { opcode, isLast: i + 1 === count && !random.oneIn(60), payload: part });
    return random.oneIn(10) ? [data, controlFrame(random)] : [data];
  });
  return Buffer.concat(frames.flat());
}

/** A ping, a pong or a close, with codes that exist and others (RFC 6455 section 7.4). */
export function controlFrame(random: Random): Buffer {
  const opcode = random.pick([8, 9, 10, 9, 10, 11]);
  const bytes = random.oneIn(10) ? 126 + random.below(300) : random.below(126);
  const payload = new Uint8Array(bytes).map(() => random.below(256));
  if (opcode !== 8) return frame(random, { opcode, isLast: !random.oneIn(30), payload });
  const code = random.pick([1000, 1001, 1005, 1006, 1009, 1015, 999, 3000, 4999, 5000, 0, 65_535]);
  const reason = random.pick(['', 'bye', '\ufffd', 'x'.repeat(123)]);
  const close = random.oneIn(6)
    ? payload.subarray(0, random.below(3))
    : Buffer.from([code >> 8, code & 0xff, ...Buffer.from(reason)]);
  return frame(random, { opcode, isLast: true, payload: close });
}
