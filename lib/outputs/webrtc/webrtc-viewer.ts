import { randomUUID } from 'node:crypto';
import { contain } from '../../errors/faults.js';
import { parseFeedback, SenderSession, type Feedback } from '../../rtcp/index.js';
import { videoClockRateHz } from '../../rtp/index.js';
import { parseIceCandidate, writeIceCandidate } from '../../sdp/ice-candidate.js';
import { maxIceCandidates } from '../../sdp/webrtc-description.js';
import { stackMid } from '../../sdp/webrtc-writer.js';
import { monotonicUs } from '../../util/clock.js';
import type { PlaceHolder } from '../../util/places.js';
import { unixUs } from '../../util/wall-clock.js';
import { BandwidthEstimator, type BitrateBounds } from './bandwidth-estimator.js';
import { writeHeaderExtension } from './header-extensions.js';
import type { SentFormat } from './offer.js';
import { headerExtensionOffset, type PacketHistory, type VideoPacket } from './packet-history.js';
import { closePeer, type Peer } from './peer.js';
import { Retransmissions } from './retransmissions.js';
import { ViewerMeter, type ViewerStatistics } from './viewer-meter.js';

export interface ViewerOptions extends PlaceHolder {
  readonly format: SentFormat;
  readonly history: PacketHistory;
  readonly bounds: BitrateBounds;
  readonly cname: string;
  /** For one that does not connect, or of which nothing is heard any more. */
  readonly timeoutMs: number;
  /** It can't go on without a key frame. */
  onKeyframeWanted(): void;
  /** It is connected, or has ended. */
  onChange(): void;
}

const checkIntervalMs = 500;
/** A browser sends some 20 datagrams of RTCP in a second, and some 70 when it loses packets. The rest is not read. */
const maxRtcpPerSecond = 200;
/** Whoever sends so many takes the processor from the cameras only by being told of them. */
const floodPerSecond = 2000;

/**
 * One who watches a camera, or a server that it is pushed to: gets its packets, with what differs written into them, and
 * is listened to.
 */
export class WebRtcViewer implements PlaceHolder {
  /** For statistics. Everybody may see it, so that it opens nothing. */
  readonly id = randomUUID();
  readonly peer: string;
  readonly isKnown: boolean;
  readonly #options: ViewerOptions;
  readonly #session: SenderSession;
  readonly #estimator: BandwidthEstimator;
  readonly #retransmissions = new Retransmissions();
  readonly #meter = new ViewerMeter();
  readonly #timer: NodeJS.Timeout;
  #peer: Peer | undefined;
  #state: 'connecting' | 'connected' | 'closed' = 'connecting';
  // The first packet that it got, counted as the history counts; Infinity: it waits for a key frame.
  #firstIndex = Infinity;
  #candidates = 0;
  #transportSequence = 0;
  #rtcpSinceUs = 0;
  #rtcpCount = 0;
  #heardUs = monotonicUs();
  #sentUs = 0;

  constructor(options: ViewerOptions) {
    const { history, bounds, cname } = options;
    this.#options = options;
    this.peer = options.peer;
    this.isKnown = options.isKnown;
    this.#estimator = new BandwidthEstimator(bounds);
    const { ssrc } = history;
    this.#session = new SenderSession({
      ...{ ssrc, cname, clockRateHz: videoClockRateHz },
      random: Math.random,
      compoundRule: 'reduced-size', // RFC 8834 section 4.6
    });
    this.#timer = setInterval(() => {
      contain('webrtc', this.#checkSilence, this.close);
    }, checkIntervalMs);
  }

  get isConnected(): boolean {
    return this.#state === 'connected';
  }

  get isClosed(): boolean {
    return this.#state === 'closed';
  }

  /** What its way carries, bits a second. */
  get bitrateBps(): number {
    return this.#estimator.bitrateBps;
  }

  /** Takes over the connection; closed with it, at once if it has ended meanwhile. @internal */
  attach(peer: Peer): void {
    this.#peer = peer;
    if (this.isClosed) closePeer(peer);
  }

  /** @internal */
  onOpen(): void {
    if (this.#state !== 'connecting') return;
    this.#state = 'connected';
    this.#heardUs = monotonicUs();
    this.#options.onKeyframeWanted();
    this.#options.onChange();
  }

  /** Tells a candidate of the viewer's; one that is of no use, and one too many, is left out. */
  addCandidate(text: string): void {
    const candidate = parseIceCandidate(text);
    if (!this.#peer || this.isClosed || !candidate) return;
    this.#candidates += 1;
    if (this.#candidates > maxIceCandidates) return;
    try {
      this.#peer.connection.addRemoteCandidate(writeIceCandidate(candidate), stackMid);
    } catch {
      // The connection is ending on another thread.
    }
  }

  /** Sends a frame's packets, once there was a key frame. @param rtpTimestampNow - of this moment */
  send(isKeyframe: boolean, packets: readonly VideoPacket[], nowUs: number, rtpTimestampNow: number): void {
    if (!this.isConnected) return;
    if (this.#firstIndex === Infinity && isKeyframe) this.#firstIndex = packets[0]?.index ?? Infinity;
    if (this.#firstIndex === Infinity) return;
    let payloadBytes = 0;
    for (const packet of packets) {
      if (!this.#sendPacket(packet, nowUs)) {
        this.close(); // it has ended on another thread, which will tell us so
        return;
      }
      payloadBytes += packet.payloadBytes;
    }
    this.#meter.onFrame(packets.length, payloadBytes);
    this.#session.onSent(packets.length, payloadBytes);
    this.#sentUs = nowUs;
    if (nowUs >= this.#session.nextReportUs)
      this.#transmit(this.#session.writeReport(nowUs, unixUs() - nowUs, rtpTimestampNow));
  }

  /** What came from the viewer: reports, and what it asks for. @internal */
  onRtcp(bytes: Uint8Array): void {
    const nowUs = monotonicUs();
    this.#heardUs = nowUs;
    if (!this.#mayRead(nowUs)) return;
    this.#session.onReceived(bytes, nowUs);
    const [receiver] = this.#session.statistics(nowUs).receivers;
    if (receiver?.lastReportAgeMs === 0) this.#estimator.onLossReport(receiver.fractionLost);
    const feedback = parseFeedback(bytes);
    if (!feedback.ok) {
      this.#meter.packetsMalformed += 1;
      return;
    }
    for (const item of feedback.value) this.#onFeedback(item, nowUs);
  }

  #mayRead(nowUs: number): boolean {
    if (nowUs - this.#rtcpSinceUs > 1e6) {
      this.#rtcpSinceUs = nowUs;
      this.#rtcpCount = 0;
    }
    this.#rtcpCount += 1;
    if (this.#rtcpCount > floodPerSecond) this.close();
    if (this.#rtcpCount <= maxRtcpPerSecond) return true;
    this.#meter.packetsMalformed += 1;
    return false;
  }

  statistics(): ViewerStatistics {
    const [receiver] = this.#session.statistics(monotonicUs()).receivers;
    return this.#meter.statistics(this.id, this.isConnected, this.bitrateBps, receiver);
  }

  /** Ends it. Idempotent. */
  readonly close = (): void => {
    if (this.isClosed) return;
    this.#state = 'closed';
    clearInterval(this.#timer);
    if (this.#peer) closePeer(this.#peer);
    this.#options.onChange();
  };

  #onFeedback(feedback: Feedback, nowUs: number): void {
    switch (feedback.type) {
      case 'keyframe-request':
        this.#meter.keyframeRequests += 1;
        this.#options.onKeyframeWanted();
        break;
      case 'nack':
        for (const sequenceNumber of feedback.sequenceNumbers) this.#sendAgain(sequenceNumber, nowUs);
        break;
      case 'remb':
        this.#estimator.onRemb(feedback.bitrateBps);
        break;
      case 'transport-feedback':
        this.#estimator.onTransportFeedback(feedback, nowUs);
        break;
    }
  }

  #sendAgain(sequenceNumber: number, nowUs: number): void {
    this.#meter.packetsNacked += 1;
    if (!this.isConnected || this.#firstIndex === Infinity) return;
    const packet = this.#options.history.find(sequenceNumber);
    if (!packet || packet.index < this.#firstIndex)
      this.#options.onKeyframeWanted(); // it would wait for seconds before it asks
    else if (this.#retransmissions.allow(packet.bytes.length, this.bitrateBps, nowUs)) {
      if (this.#sendPacket(packet, nowUs)) this.#meter.packetsRetransmitted += 1;
    }
  }

  #sendPacket({ bytes }: VideoPacket, nowUs: number): boolean {
    const { payloadType, extensionIds } = this.#options.format;
    const sequence = this.#transportSequence;
    this.#transportSequence = (sequence + 1) & 0xffff;
    bytes[1] = ((bytes[1] ?? 0) & 0x80) | (payloadType & 0x7f); // the marker stays
    writeHeaderExtension(bytes, headerExtensionOffset, extensionIds, sequence, nowUs);
    this.#estimator.onSent(sequence, bytes.length, nowUs);
    return this.#transmit(bytes);
  }

  /** @returns whether the stack has taken it */
  #transmit(bytes: Uint8Array): boolean {
    try {
      this.#peer?.track.sendMessageBinary(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
      return true;
    } catch {
      return false;
    }
  }

  /** Where nothing is sent, nothing needs be heard. */
  readonly #checkSilence = (): void => {
    const nowUs = monotonicUs();
    const { timeoutMs } = this.#options;
    if (this.isConnected && nowUs - this.#sentUs > 2e3 * checkIntervalMs) this.#heardUs = nowUs;
    if (nowUs - this.#heardUs > timeoutMs * 1e3) this.close();
  };
}
