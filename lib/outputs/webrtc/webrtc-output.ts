import { randomInt } from 'node:crypto';
import { EventEmitter } from 'node:events';
import type { VideoUnit } from '../../camera/index.js';
import { reportFault } from '../../errors/faults.js';
import { StreamerError } from '../../errors/index.js';
import { packetizeH264, packetizeVp8, toRtpTimestamp } from '../../rtp/index.js';
import { monotonicUs } from '../../util/clock.js';
import { malformed, parsed, type ParseResult } from '../../util/parse-result.js';
import { greediest, whoGivesWay, type PlaceHolder } from '../../util/places.js';
import { offeredFormat, readAnswer, type VideoSize } from './answer.js';
import { readOffer, type SentFormat, type VideoOffer } from './offer.js';
import { PacketHistory } from './packet-history.js';
import { answerOffer, closePeer, makeOffer, type PeerHandlers, type PeerOptions } from './peer.js';
import { StunServer } from './stun-server.js';
import type { ViewerStatistics } from './viewer-meter.js';
import { WebRtcViewer } from './webrtc-viewer.js';

export interface WebRtcOutputOptions extends Omit<PeerOptions, 'ssrc'> {
  /** At most and at least, bits a second. */
  readonly bitrateBps: number;
  readonly minBitrateBps: number;
  readonly maxViewers: number;
  /** RTP, before it is encrypted. */
  readonly maxPacketBytes: number;
  /** For a viewer that does not connect, or of which nothing is heard any more. */
  readonly timeoutMs: number;
}

export interface WebRtcOutputEvents {
  /** Whether somebody watches has changed. */
  wanted: [isWanted: boolean];
  /** The next frame is to be a key frame. */
  keyframe: [];
  /** What the slowest viewer's way carries has changed, bits a second. */
  bitrate: [bitrateBps: number];
}

/** Tells who joins, and receives what the viewer has to be told. */
export interface JoinOptions extends Partial<PlaceHolder> {
  /** Tells candidates one by one; without it they are in the answer. */
  readonly onCandidate?: (candidate: ToldCandidate) => void;
  readonly onClosed?: () => void;
}

/** A candidate of ours, with the medium of the viewer's offer that it belongs to (RFC 9429 section 4.2). */
export interface ToldCandidate {
  readonly candidate: string;
  readonly sdpMid: string | null;
  readonly sdpMLineIndex: number;
}

export interface OfferHandlers {
  onConnected?: () => void;
  /** An accepted session has ended, by whatever. */
  onClosed?: () => void;
}

/** A session that we have offered to a server. */
export interface OfferedSession {
  readonly offerSdp: string;
  /** Connects. The session ends by itself when that takes too long, as a viewer's. Once only. */
  accept(answerSdp: string): ParseResult<WebRtcViewer>;
  /** Idempotent. */
  close(): void;
}

export interface WebRtcOutputStatistics {
  /** Since the output was made. */
  readonly viewersJoined: number;
  readonly viewersRefused: number;
  /** As frames are encoded for all viewers. */
  readonly bitrateBps: number;
  readonly keyframesForced: number;
  readonly viewers: readonly ViewerStatistics[];
}

/** Viewers that may be connecting at a time. They take no place from those that have connected. The oldest gives way. */
const maxConnecting = 32;
/** Key frames cost bits, which all others lack: so often at most, whoever asks. */
const keyframeIntervalUs = 500_000;
/** Smaller changes of the bitrate are not worth telling the encoder. */
const noticeableChange = 0.02;

/** A camera's video for browsers: encoded once, sent to each viewer in a session of its own. */
export class WebRtcOutput extends EventEmitter<WebRtcOutputEvents> {
  readonly #options: WebRtcOutputOptions;
  readonly #history: PacketHistory;
  readonly #stunServer: StunServer | undefined;
  readonly #rtpTimestampOffset = randomInt(2 ** 32);
  readonly #viewers = new Set<WebRtcViewer>();
  /** Of these the ones that we have offered, which are not counted as viewers. */
  readonly #pushed = new WeakSet<WebRtcViewer>();
  /** Whoever joins, until the stack has described its side. */
  readonly #joining = new Set<PlaceHolder>();
  #bitrateBps: number;
  #isWanted = false;
  #isKeyframeWanted = false;
  #keyframeUs = -Infinity;
  #viewersJoined = 0;
  #viewersRefused = 0;
  #keyframesForced = 0;
  #isClosed = false;

  constructor(options: WebRtcOutputOptions) {
    super();
    this.#options = options;
    this.#bitrateBps = options.bitrateBps;
    this.#history = new PacketHistory(options.maxPacketBytes, randomInt(1, 2 ** 32));
    if (options.stunServer !== undefined) this.#stunServer = new StunServer(options.stunServer);
  }

  /**
   * Answers a viewer's offer. Its frames begin with the first key frame after it has connected.
   *
   * @throws StreamerError ERR_WEBRTC_OFFER, ERR_WEBRTC_FULL, ERR_CLOSED, ERR_NATIVE_MISSING
   */
  async join(
    offerSdp: string,
    options: JoinOptions = {},
  ): Promise<{ viewer: WebRtcViewer; answerSdp: string }> {
    const { codec } = this.#options;
    if (this.#isClosed) throw new StreamerError('ERR_CLOSED', 'the output has been closed');
    const newcomer = { peer: options.peer ?? '', isKnown: options.isKnown ?? false };
    try {
      const offer = readOffer(offerSdp, codec);
      this.#makeRoom(newcomer);
      this.#joining.add(newcomer);
      return await this.#answer(offer, newcomer, options).finally(() => {
        this.#joining.delete(newcomer);
      });
    } catch (error) {
      this.#viewersRefused += 1;
      throw error;
    }
  }

  /**
   * Offers the video to a server. What is accepted gets the same as a viewer, and takes no viewer's place.
   *
   * @throws StreamerError ERR_CLOSED, ERR_WEBRTC_OFFER, ERR_NATIVE_MISSING
   */
  async offer(size: VideoSize | undefined, handlers: OfferHandlers): Promise<OfferedSession> {
    if (this.#isClosed) throw new StreamerError('ERR_CLOSED', 'the output has been closed');
    const { codec } = this.#options;
    let viewer: WebRtcViewer | undefined;
    const peerHandlers = handlersOf(() => viewer);
    const options = { ...this.#options, ssrc: this.#history.ssrc };
    const { offerSdp, ...peer } = await makeOffer(offeredFormat(codec, size), options, peerHandlers);
    const accept = (text: string): ParseResult<WebRtcViewer> => {
      const answer = readAnswer(text, codec);
      if (!answer.ok) return answer;
      if (this.#isClosed) return malformed('the output has been closed');
      viewer = this.#makeViewer(answer.value, { peer: 'push', isKnown: true }, handlers);
      viewer.attach(peer);
      this.#pushed.add(viewer);
      this.#viewers.add(viewer);
      try {
        peer.connection.setRemoteDescription(answer.value.stackSdp, 'answer');
        return parsed(viewer);
      } catch (error) {
        viewer.close();
        return malformed(
          `the answer is of no use: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    };
    const close = (): void => {
      if (viewer) viewer.close();
      else closePeer(peer);
    };
    return { offerSdp, accept, close };
  }

  /** Takes the next frame. */
  take({ data, captureTimeUs, isKeyframe }: VideoUnit): void {
    const history = this.#history;
    history.beginFrame(toRtpTimestamp(captureTimeUs, this.#rtpTimestampOffset));
    if (this.#options.codec === 'vp8') packetizeVp8(data, history);
    else packetizeH264(data, history);
    const nowUs = monotonicUs();
    const rtpTimestampNow = toRtpTimestamp(nowUs, this.#rtpTimestampOffset);
    for (const viewer of this.#viewers) {
      try {
        viewer.send(isKeyframe, history.frame, nowUs, rtpTimestampNow);
      } catch (error) {
        reportFault('webrtc', error);
        viewer.close();
      }
    }
    if (isKeyframe) this.#keyframeUs = nowUs;
    if (this.#isKeyframeWanted && nowUs - this.#keyframeUs > keyframeIntervalUs) this.#forceKeyframe(nowUs);
    this.#adjustBitrate();
  }

  statistics(): WebRtcOutputStatistics {
    return {
      viewersJoined: this.#viewersJoined,
      viewersRefused: this.#viewersRefused,
      bitrateBps: this.#bitrateBps,
      keyframesForced: this.#keyframesForced,
      viewers: this.#watching.map((viewer) => viewer.statistics()),
    };
  }

  /** Ends all viewers' sessions. Idempotent. */
  close(): void {
    this.#isClosed = true;
    for (const viewer of this.#viewers) viewer.close();
  }

  /** Those that take a viewer's place. */
  get #watching(): WebRtcViewer[] {
    return [...this.#viewers].filter((viewer) => !this.#pushed.has(viewer));
  }

  /** @throws StreamerError ERR_WEBRTC_FULL */
  #makeRoom(newcomer: PlaceHolder): void {
    const { maxViewers, name } = this.#options;
    const connected = this.#watching.filter(({ isConnected }) => isConnected);
    if (connected.length >= maxViewers && !whoGivesWay(newcomer, connected)) {
      throw new StreamerError(
        'ERR_WEBRTC_FULL',
        `${name} has ${String(maxViewers)} viewers, as many as max_clients in [webrtc] allows`,
      );
    }
    const connecting = this.#watching.filter(({ isConnected }) => !isConnected);
    if (connecting.length + this.#joining.size < this.#maxConnecting()) return;
    const strangers = connecting.filter(({ isKnown }) => !isKnown);
    const [oldest] = greediest(strangers.length > 0 || !newcomer.isKnown ? strangers : connecting);
    if (!oldest) throw new StreamerError('ERR_WEBRTC_FULL', `${name} is answering as many offers as it can`);
    oldest.close();
  }

  /** Each has a UDP port, of which those that have connected must find one, too. */
  #maxConnecting(): number {
    const { portRange, maxViewers } = this.#options;
    if (!portRange) return maxConnecting;
    const ports = portRange.last - portRange.first + 1;
    return Math.min(Math.max(ports - maxViewers, 1), maxConnecting);
  }

  /** A viewer has connected. Another one may have to leave for it, or it came too late itself. */
  #takePlace(viewer: WebRtcViewer): void {
    const others = this.#watching.filter((other) => other.isConnected && other !== viewer);
    if (others.length < this.#options.maxViewers) return;
    (whoGivesWay(viewer, others) ?? viewer).close();
  }

  async #answer(
    offer: VideoOffer,
    newcomer: PlaceHolder,
    { onCandidate, onClosed }: JoinOptions,
  ): Promise<{ viewer: WebRtcViewer; answerSdp: string }> {
    const stunServer = await this.#stunServer?.url();
    const options = { ...this.#options, stunServer, ssrc: this.#history.ssrc };
    const viewer = this.#makeViewer(offer, newcomer, { ...(onClosed && { onClosed }) });
    const sdpMLineIndex = offer.description.media.indexOf(offer.video);
    const tell = (candidate: string): void => {
      onCandidate?.({ candidate, sdpMid: offer.video.mid ?? null, sdpMLineIndex });
    };
    const peerHandlers = { ...(onCandidate && { onCandidate: tell }), ...handlersOf(() => viewer) };
    try {
      const { answerSdp, ...peer } = await answerOffer(
        offer,
        options,
        peerHandlers,
        onCandidate !== undefined,
      );
      viewer.attach(peer);
      if (this.#isClosed) viewer.close();
      if (viewer.isClosed) throw new StreamerError('ERR_WEBRTC_OFFER', 'the connection ended at once');
      this.#viewers.add(viewer);
      this.#viewersJoined += 1;
      this.#adjustWanted();
      return { viewer, answerSdp };
    } catch (error) {
      viewer.close();
      throw error;
    }
  }

  #makeViewer(
    format: SentFormat,
    holder: PlaceHolder,
    { onConnected, onClosed }: OfferHandlers,
  ): WebRtcViewer {
    const { cname, timeoutMs, bitrateBps: maxBps, minBitrateBps: minBps } = this.#options;
    const viewer = new WebRtcViewer({
      ...{ ...holder, format, history: this.#history, bounds: { minBps, maxBps }, cname, timeoutMs },
      onKeyframeWanted: () => {
        this.#isKeyframeWanted = true;
      },
      onChange: () => {
        if (viewer.isClosed && this.#viewers.delete(viewer)) onClosed?.();
        if (viewer.isConnected && !this.#pushed.has(viewer)) this.#takePlace(viewer);
        if (viewer.isConnected) onConnected?.();
        this.#adjustWanted();
      },
    });
    return viewer;
  }

  #adjustWanted(): void {
    const isWanted = [...this.#viewers].some((viewer) => viewer.isConnected);
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    this.emit('wanted', isWanted);
  }

  #forceKeyframe(nowUs: number): void {
    this.#isKeyframeWanted = false;
    this.#keyframeUs = nowUs;
    this.#keyframesForced += 1;
    this.emit('keyframe');
  }

  /** There is one encoder: who has the slowest way decides. */
  #adjustBitrate(): void {
    let bitrateBps = this.#options.bitrateBps;
    for (const viewer of this.#viewers)
      if (viewer.isConnected) bitrateBps = Math.min(bitrateBps, viewer.bitrateBps);
    const change = Math.abs(bitrateBps - this.#bitrateBps);
    const isWhole = bitrateBps === this.#options.bitrateBps && change > 0;
    if (change <= noticeableChange * this.#bitrateBps && !isWhole) return;
    this.#bitrateBps = bitrateBps;
    this.emit('bitrate', bitrateBps);
  }
}

/** What the connection tells goes to the viewer, once there is one. */
function handlersOf(viewer: () => WebRtcViewer | undefined): PeerHandlers {
  return {
    onOpen: () => {
      viewer()?.onOpen();
    },
    onRtcp: (bytes) => {
      viewer()?.onRtcp(bytes);
    },
    onClosed: () => {
      viewer()?.close();
    },
  };
}
