import type { Random } from '../random.js';
import { rtcpCompound } from '../rtcp-grammar.js';
import { jpegPacket } from '../rtp-grammar.js';
import type { AttackedPorts, Attacker } from './attacker.js';
import { AttackersSockets } from './attackers-sockets.js';

/** Of the cameras' streams: attackers know them. The first one is that of the grammar. */
export const ssrcs = [0x1234_5678, 0x1234_5679] as const;
/** The largest payload of UDP over IPv4. */
const maxDatagramBytes = 65_507;

function compounds(random: Random): Uint8Array {
  const claims = { rtpTimestamp: random.below(2 ** 32), sequenceNumber: random.below(2 ** 16) };
  const one = rtcpCompound(random, claims);
  if (!random.oneIn(100)) return random.oneIn(30) ? one.subarray(0, random.below(one.length + 1)) : one;
  const count = Math.floor(maxDatagramBytes / Math.max(one.length, 1));
  return Buffer.concat(Array<Uint8Array>(count).fill(one));
}

/** Forged reports and goodbyes, to the ports that a camera's stream leaves from. */
export class RtcpAttacker implements Attacker {
  readonly #ports: AttackedPorts;
  readonly #udp: AttackersSockets;

  private constructor(ports: AttackedPorts, udp: AttackersSockets) {
    this.#ports = ports;
    this.#udp = udp;
  }

  static async begin(ports: AttackedPorts): Promise<RtcpAttacker> {
    return new RtcpAttacker(ports, await AttackersSockets.open());
  }

  async step(random: Random): Promise<void> {
    const { rtp, rtcp } = this.#ports;
    await this.#udp.send(random, compounds(random), random.oneIn(20) ? rtp : rtcp);
  }

  close(): Promise<void> {
    this.#udp.close();
    return Promise.resolve();
  }
}

/** A stream of an attacker's own, under an SSRC that may be a camera's. */
interface ForgedStream {
  readonly ssrc: number;
  sequenceNumber: number;
  rtpTimestamp: number;
}

/** Forged pictures and reports, to the receivers of the cameras. */
export class RtpAttacker implements Attacker {
  readonly #receivers: readonly [number, ...number[]];
  readonly #udp: AttackersSockets;
  readonly #streams: ForgedStream[] = [];

  private constructor({ receivers: [first = 0, ...rest] }: AttackedPorts, udp: AttackersSockets) {
    this.#receivers = [first, ...rest];
    this.#udp = udp;
  }

  static async begin(ports: AttackedPorts): Promise<RtpAttacker> {
    return new RtpAttacker(ports, await AttackersSockets.open());
  }

  async step(random: Random): Promise<void> {
    const port = random.pick(this.#receivers);
    if (random.oneIn(8)) await this.#udp.send(random, compounds(random), port + random.below(2));
    else await this.#udp.send(random, jpegPacket(random, this.#next(random)), port);
  }

  #next(random: Random): ForgedStream {
    if (this.#streams.length < 8 || random.oneIn(50)) {
      const ssrc = random.pick([...ssrcs, random.below(2 ** 32)]);
      const stream = { ssrc, sequenceNumber: random.below(2 ** 16), rtpTimestamp: random.below(2 ** 32) };
      this.#streams.splice(random.below(8), this.#streams.length < 8 ? 0 : 1, stream);
    }
    const stream = this.#streams[random.below(this.#streams.length)] ?? {
      ssrc: 0,
      sequenceNumber: 0,
      rtpTimestamp: 0,
    };
    stream.sequenceNumber = (stream.sequenceNumber + random.pick([1, 1, 1, 2, 65_535])) % 2 ** 16;
    stream.rtpTimestamp = (stream.rtpTimestamp + random.pick([0, 0, 0, 3000])) % 2 ** 32;
    return stream;
  }

  close(): Promise<void> {
    this.#udp.close();
    return Promise.resolve();
  }
}
