import { StreamerError } from '../../lib/errors/index.js';
import { BandwidthEstimator } from '../../lib/outputs/webrtc/bandwidth-estimator.js';
import { readOffer } from '../../lib/outputs/webrtc/offer.js';
import { SourceSelector } from '../../lib/receiver/source-selector.js';
import { parseCompoundPacket, parseFeedback, ReceiverSession, SenderSession } from '../../lib/rtcp/index.js';
import { JpegDepacketizer, parseRtpPacket } from '../../lib/rtp/index.js';
import { parseSession } from '../../lib/sdp/index.js';
import { offer } from '../outputs/webrtc/offers.js';
import { ConfigGrammarTarget } from './config-grammar.js';
import { JpegGrammarTarget } from './jpeg-grammar.js';
import { mutate } from './mutate.js';
import type { Random } from './random.js';
import { RtcpGrammarTarget } from './rtcp-grammar.js';
import { RtpGrammarTarget } from './rtp-grammar.js';
import { SdpGrammarTarget } from './sdp-grammar.js';
import { feedbackSeeds, packetTimeUs, rtcpSeeds, rtpStreams, sdpSeeds } from './seeds.js';

/** Where all packets come from. */
const sender = { address: '192.0.2.1', port: 5000 };

/** Something that takes hostile input. */
export interface FuzzTarget {
  readonly name: string;
  /** Takes the next input, and throws what it should not. */
  step(random: Random): void;
}

/** A receiver without its socket, fed with streams that somebody damages. */
class RtpTarget implements FuzzTarget {
  readonly name = 'RTP';
  readonly #selector: SourceSelector;
  readonly #depacketizer: JpegDepacketizer;
  readonly #streams = rtpStreams();
  #stream = 0;
  #next = 0;
  #nowUs = 0;
  /** Late ones. */
  readonly #held: Uint8Array[] = [];
  frames = 0;

  constructor() {
    this.#depacketizer = new JpegDepacketizer({
      onFrame: (frame) => {
        this.frames += 1;
        const { data, damagedRows, height } = frame;
        if (data[0] !== 0xff || data[1] !== 0xd8 || data.at(-2) !== 0xff || data.at(-1) !== 0xd9)
          throw new Error('a frame is no JPEG');
        for (const { firstRow, rowCount } of damagedRows)
          if (firstRow < 0 || rowCount < 1 || firstRow + rowCount > height) throw new Error('rows outside');
      },
    });
    this.#selector = new SourceSelector({
      ssrc: undefined,
      clockRateHz: 90_000,
      onSelected: () => {
        this.#depacketizer.reset();
      },
      onPacket: (bytes, packet, nowUs) => {
        this.#depacketizer.receive(bytes, packet, nowUs);
      },
    });
  }

  step(random: Random): void {
    this.#nowUs += random.below(2 * packetTimeUs);
    if (random.oneIn(5000)) this.#stream = random.below(this.#streams.length);
    const packets = this.#streams[this.#stream] ?? [];
    const packet = packets[this.#next++ % packets.length] ?? new Uint8Array();
    const fate = random.below(100);
    if (fate < 70) this.#receive(packet);
    else if (fate < 85) this.#receive(mutate(packet, random));
    else if (fate < 90) this.#held.push(packet);
    else if (fate < 93) this.#receive(packet);
    else if (fate < 95) this.#receive(Uint8Array.from({ length: random.below(60) }, () => random.below(256)));
    if (this.#held.length > random.below(16)) this.#receive(this.#held.shift() ?? packet);
    if (random.oneIn(50)) this.#depacketizer.advance(this.#nowUs);
  }

  #receive(bytes: Uint8Array): void {
    const packet = parseRtpPacket(bytes);
    if (packet.ok) this.#selector.receive(bytes, packet.value, sender, this.#nowUs);
  }
}

/** Both ends of RTCP. */
class RtcpTarget implements FuzzTarget {
  readonly name = 'RTCP';
  readonly #seeds = rtcpSeeds();
  readonly #sender = new SenderSession({ ssrc: 1, cname: 'a', clockRateHz: 90_000, random: Math.random });
  readonly #receiver = new ReceiverSession({ ssrc: 2, cname: 'b', clockRateHz: 90_000, random: Math.random });

  constructor() {
    this.#receiver.begin({ ssrc: 1, from: sender, aheadUs: () => 0 });
  }

  step(random: Random): void {
    const bytes = mutate(random.pick(this.#seeds), random);
    this.#sender.onReceived(bytes, 0);
    this.#receiver.onReceived(bytes, sender, false, 0);
    parseCompoundPacket(bytes, 'reduced-size');
  }
}

/** What a viewer of WebRTC says: RTCP, and the offer. */
class ViewerTarget implements FuzzTarget {
  readonly name = 'viewer';
  readonly #feedback = feedbackSeeds();
  readonly #offer = Buffer.from(offer(['a=candidate:1 1 udp 1 127.0.0.1 9 typ host']));
  readonly #estimator = new BandwidthEstimator({ minBps: 1, maxBps: 1000 });
  #nowUs = 0;

  step(random: Random): void {
    this.#nowUs += 100_000;
    for (let i = 0; i < 10; i++) this.#estimator.onSent(random.below(2 ** 16), 100, this.#nowUs);
    const feedback = parseFeedback(mutate(random.pick(this.#feedback), random));
    for (const item of feedback.ok ? feedback.value : []) {
      if (item.type === 'transport-feedback') this.#estimator.onTransportFeedback(item, this.#nowUs);
      if (item.type === 'remb') this.#estimator.onRemb(item.bitrateBps);
    }
    const { bitrateBps } = this.#estimator;
    if (!(bitrateBps >= 1 && bitrateBps <= 1000)) throw new Error(`a bitrate of ${String(bitrateBps)}`);
    if (random.oneIn(10)) this.#offerTo(Buffer.from(mutate(this.#offer, random)).toString('latin1'));
  }

  #offerTo(sdp: string): void {
    try {
      readOffer(sdp, 'h264');
    } catch (error) {
      if (!(error instanceof StreamerError)) throw error;
    }
  }
}

class SdpTarget implements FuzzTarget {
  readonly name = 'SDP';
  readonly #seeds = sdpSeeds().map((text) => Buffer.from(text));

  step(random: Random): void {
    const [first = Buffer.alloc(0), ...rest] = this.#seeds;
    parseSession(Buffer.from(mutate(random.pick([first, ...rest]), random)).toString('latin1'));
  }
}

/** RTP is what anybody may send; the others come with it now and then. */
export class EverythingTarget implements FuzzTarget {
  readonly name = 'everything';
  readonly #rtp = new RtpTarget();
  readonly #rtcp = new RtcpTarget();
  readonly #sdp = new SdpTarget();
  readonly #viewer = new ViewerTarget();
  readonly #grammars = [new RtpGrammarTarget(), new RtcpGrammarTarget()] as const;
  /** A step of theirs takes as long as hundreds of packets. */
  readonly #texts: readonly [FuzzTarget, ...FuzzTarget[]] = [
    new SdpGrammarTarget(),
    new ConfigGrammarTarget(),
    new JpegGrammarTarget(),
  ];

  /** Frames that came through all the same. */
  get frames(): number {
    return this.#rtp.frames;
  }

  step(random: Random): void {
    if (random.oneIn(500)) {
      random.pick(this.#texts).step(random);
      return;
    }
    const kind = random.below(22);
    const rarer = [this.#rtcp, this.#rtcp, this.#viewer, this.#sdp, ...this.#grammars];
    const target = rarer[kind - 16] ?? this.#rtp;
    target.step(random);
  }
}
