import type { WebSocket } from '@fastify/websocket';
import { StreamerError } from '../../errors/index.js';
import type { WebRtcOutput, WebRtcViewer } from '../../outputs/webrtc/index.js';
import { parseClientMessage, type ClientMessage, type ServerMessage } from './messages.js';

/** Candidates that come before the answer is ready. */
const maxEarlyCandidates = 64;
/** A client that does not read what it is told. */
const maxWaitingBytes = 256 * 1024;

/** One client of the Go system's protocol: an offer makes it a viewer, until its socket closes. */
export class SignallingClient {
  readonly #socket: WebSocket;
  readonly #video: WebRtcOutput;
  #viewer: WebRtcViewer | undefined;
  #isJoining = false;
  #earlyCandidates: { readonly candidate: string; readonly mid: string }[] = [];

  /** @param onJoined - called when the first offer has been taken */
  constructor(socket: WebSocket, video: WebRtcOutput, onJoined: () => void) {
    this.#socket = socket;
    this.#video = video;
    socket.on('message', (data, isBinary) => {
      if (isBinary || !Buffer.isBuffer(data)) this.#refuse('a message is text');
      else void this.#handle(data.toString(), onJoined);
    });
    socket.on('error', () => {
      socket.terminate(); // too long a message, or none at all
    });
    socket.on('close', () => this.#viewer?.close());
  }

  /** Ends it, with the reason for its owner. */
  close(reason: string): void {
    this.#socket.close(1001, reason);
  }

  async #handle(text: string, onJoined: () => void): Promise<void> {
    const message = parseClientMessage(text);
    if (typeof message === 'string') this.#refuse(message);
    else if (message.type === 'ping') this.#send({ type: 'pong' });
    else if (message.type === 'ice-candidate') this.#addCandidate(message.data);
    else await this.#join(message.data.sdp, onJoined);
  }

  async #join(offerSdp: string, onJoined: () => void): Promise<void> {
    if (this.#isJoining) {
      this.#refuse('the offer before is still being answered');
      return;
    }
    this.#isJoining = true;
    const before = this.#viewer;
    this.#viewer = undefined;
    before?.close(); // it begins anew
    try {
      const { viewer, answerSdp } = await this.#video.join(offerSdp, {
        onCandidate: (candidate, sdpMid) => {
          this.#send({ type: 'ice-candidate', data: { candidate, sdpMid, sdpMLineIndex: 0 } });
        },
        onClosed: () => {
          if (this.#viewer?.isClosed) this.close('the video has ended');
        },
      });
      if (this.#socket.readyState !== this.#socket.OPEN) {
        viewer.close();
        return;
      }
      this.#viewer = viewer;
      this.#send({ type: 'answer', data: { type: 'answer', sdp: answerSdp } });
      for (const { candidate, mid } of this.#earlyCandidates) viewer.addCandidate(candidate, mid);
      onJoined();
    } catch (error) {
      if (!(error instanceof StreamerError)) throw error;
      this.#refuse(error.message);
    } finally {
      this.#isJoining = false;
      this.#earlyCandidates = [];
    }
  }

  #addCandidate({ candidate, sdpMid }: Extract<ClientMessage, { type: 'ice-candidate' }>['data']): void {
    const mid = sdpMid ?? '';
    if (this.#viewer) this.#viewer.addCandidate(candidate, mid);
    else if (!this.#isJoining) this.#refuse('a candidate belongs to an offer, which there is none of');
    else if (this.#earlyCandidates.length < maxEarlyCandidates)
      this.#earlyCandidates.push({ candidate, mid });
  }

  #refuse(message: string): void {
    this.#send({ type: 'error', data: { message } });
  }

  #send(message: ServerMessage): void {
    if (this.#socket.readyState !== this.#socket.OPEN) return;
    if (this.#socket.bufferedAmount > maxWaitingBytes) this.#socket.terminate();
    else this.#socket.send(JSON.stringify(message));
  }
}
