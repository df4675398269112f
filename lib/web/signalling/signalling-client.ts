import type { WebSocket } from '@fastify/websocket';
import { contain } from '../../errors/faults.js';
import { StreamerError } from '../../errors/index.js';
import type { WebRtcOutput, WebRtcViewer } from '../../outputs/webrtc/index.js';
import type { PlaceHolder } from '../../util/places.js';
import { inTurn } from '../../util/turns.js';
import { parseClientMessage, type ServerMessage } from './messages.js';

/** Candidates that come before the answer is ready. */
const maxEarlyCandidates = 64;
/** A client that does not read what it is told. */
const maxWaitingBytes = 256 * 1024;
/** Messages that wait for their turn. */
const maxWaitingMessages = 2000;
/** To answer the close frame. Whoever does not is cut off. */
const closingMs = 1000;

export interface SignallingClientOptions extends PlaceHolder {
  readonly socket: WebSocket;
  readonly video: WebRtcOutput;
  /**
   * Charges its peer for a message of so many bytes.
   *
   * @returns 0, or after how many milliseconds to ask again
   */
  readonly charge: (bytes: number) => number;
  /** Whether it watches has changed. Before the first offer it does not. */
  readonly onWatching: (isWatching: boolean) => void;
}

/** One client of the Go system's protocol: an offer makes it a viewer, until its socket closes. */
export class SignallingClient implements PlaceHolder {
  readonly peer: string;
  readonly isKnown: boolean;
  readonly #options: SignallingClientOptions;
  readonly #socket: WebSocket;
  #viewer: WebRtcViewer | undefined;
  #isJoining = false;
  #earlyCandidates: string[] = [];
  readonly #waiting: string[] = [];
  #isHandling = false;
  #rest: NodeJS.Timeout | undefined;

  constructor(options: SignallingClientOptions) {
    const { socket, peer, isKnown } = options;
    this.#options = options;
    this.#socket = socket;
    this.peer = peer;
    this.isKnown = isKnown;
    socket.on('message', (data, isBinary) => {
      this.#contain(() => {
        if (isBinary || !Buffer.isBuffer(data)) this.#refuse('a message is text');
        else if (this.#waiting.push(data.toString()) > maxWaitingMessages) socket.terminate();
        else if (this.#isHandling) socket.pause();
        else {
          this.#isHandling = true;
          inTurn(this.#handleNext);
        }
      });
    });
    socket.on('error', () => {
      socket.terminate(); // too long a message, or none at all
    });
    socket.on('close', () => {
      clearTimeout(this.#rest);
      this.#waiting.length = 0;
      this.#contain(() => this.#viewer?.close());
    });
  }

  /** Ends it, with the reason for its owner, whether or not the other side takes part in that. */
  close(code: 1001 | 1011, reason: string): void {
    const socket = this.#socket;
    socket.close(code, reason);
    const timer = setTimeout(() => {
      socket.terminate();
    }, closingMs).unref();
    socket.once('close', () => {
      clearTimeout(timer);
    });
  }

  /** Cuts it off at once, because somebody else needs its place. */
  terminate(): void {
    this.#socket.terminate();
  }

  /** Handles a message if its peer may cost processor time now, or else later. */
  readonly #handleNext = (): void => {
    const [text] = this.#waiting;
    if (text === undefined) {
      this.#isHandling = false;
      this.#socket.resume();
      return;
    }
    const restMs = this.#options.charge(text.length);
    if (restMs > 0) {
      this.#rest = setTimeout(this.#handleNext, restMs);
      return;
    }
    this.#waiting.shift();
    this.#contain(() => this.#handle(text));
    inTurn(this.#handleNext);
  };

  async #handle(text: string): Promise<void> {
    const message = parseClientMessage(text);
    if (typeof message === 'string') this.#refuse(message);
    else if (message.type === 'ping') this.#send({ type: 'pong' });
    else if (message.type === 'ice-candidate') this.#addCandidate(message.data.candidate);
    else await this.#join(message.data.sdp);
  }

  async #join(offerSdp: string): Promise<void> {
    if (this.#isJoining) {
      this.#refuse('the offer before is still being answered');
      return;
    }
    this.#isJoining = true;
    const before = this.#viewer;
    this.#viewer = undefined;
    before?.close(); // it begins anew
    if (before) this.#options.onWatching(false);
    try {
      const { viewer, answerSdp } = await this.#options.video.join(offerSdp, {
        ...{ peer: this.peer, isKnown: this.isKnown },
        onCandidate: (candidate) => {
          this.#send({ type: 'ice-candidate', data: candidate });
        },
        onClosed: () => {
          if (this.#viewer?.isClosed) this.close(1001, 'the video has ended');
        },
      });
      if (this.#socket.readyState !== this.#socket.OPEN) {
        viewer.close();
        return;
      }
      this.#viewer = viewer;
      this.#send({ type: 'answer', data: { type: 'answer', sdp: answerSdp } });
      for (const candidate of this.#earlyCandidates) viewer.addCandidate(candidate);
      this.#options.onWatching(true);
    } catch (error) {
      if (!(error instanceof StreamerError)) throw error;
      this.#refuse(error.message);
    } finally {
      this.#isJoining = false;
      this.#earlyCandidates = [];
    }
  }

  #addCandidate(candidate: string): void {
    if (this.#viewer) this.#viewer.addCandidate(candidate);
    else if (!this.#isJoining) this.#refuse('a candidate belongs to an offer, which there is none of');
    else if (this.#earlyCandidates.length < maxEarlyCandidates) this.#earlyCandidates.push(candidate);
  }

  #refuse(message: string): void {
    this.#send({ type: 'error', data: { message } });
  }

  #send(message: ServerMessage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > maxWaitingBytes) this.#socket.terminate();
    else this.#socket.send(JSON.stringify(message));
  }

  /** A fault in what a client says ends that client only. */
  #contain(run: () => void | Promise<void>): void {
    contain('signalling', run, () => {
      this.#refuse('something went wrong; the log says what');
      this.close(1011, 'fault of the server');
    });
  }
}
