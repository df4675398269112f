// @ts-check
/** @import { StreamStatus } from './stream-image.js' */
import { element } from './dom.js';
import { GlassToGlass } from './glass-to-glass.js';

/** How long a connection may take, and a picture then. */
const connectMs = 5000;

/**
 * What the browser says of the video that it gets.
 *
 * @typedef {object} PlaybackFigures
 * @property {number} fps
 * @property {number} bitrateKbps
 * @property {number} lossPercent - of the last second's packets
 * @property {number} [jitterBufferMs] - mean of the last second's frames
 * @property {number} [decodeMs] - mean of the last second's frames
 * @property {number} [glassToGlassMs] - from capture until it is shown; of the test pattern only
 */

/**
 * The video by WebRTC (WHEP), which is there within milliseconds. Gives up when it can't connect or ends: onStatus is
 * told, and status is `retrying`.
 */
export class StreamVideo {
  #url;
  #onStatus;
  /** @type {RTCPeerConnection | undefined} */
  #peer;
  /** @type {string | undefined} where the session is */
  #session;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;
  #isWanted = false;
  #glassToGlass;
  #hasMark = false;
  /** @type {RTCInboundRtpStreamStats | undefined} */
  #before;
  /** @type {StreamStatus} */
  status = 'off';

  /**
   * @param {string} id - of the camera
   * @param {() => void} onStatus
   */
  constructor(id, onStatus) {
    this.#url = `/whep/${encodeURIComponent(id)}`;
    this.#onStatus = onStatus;
    this.element = element('video', { 'aria-label': `Live picture of ${id}`, class: 'live', hidden: true });
    this.element.muted = true;
    this.element.playsInline = true;
    this.element.autoplay = true;
    this.#glassToGlass = new GlassToGlass(this.element);
    this.element.addEventListener('resize', () => this.#showsPicture());
    // A browser tells nobody else that the page goes.
    window.addEventListener('pagehide', () => this.setWanted(false));
  }

  /** @param {boolean} isWanted */
  setWanted(isWanted) {
    if (isWanted === this.#isWanted) return;
    this.#isWanted = isWanted;
    if (isWanted) void this.#open();
    else this.#close('off');
  }

  /** @param {boolean} hasMark - whether its pictures say when they were taken */
  setHasMark(hasMark) {
    this.#hasMark = hasMark;
    void this.#glassToGlass.look(hasMark && this.status === 'live');
  }

  /**
   * What happened since the last call.
   *
   * @returns {Promise<PlaybackFigures | undefined>}
   */
  async figures() {
    const peer = this.#peer;
    if (peer === undefined || this.status !== 'live') return undefined;
    /** @type {RTCInboundRtpStreamStats | undefined} */
    let now;
    for (const report of (await peer.getStats()).values()) if (report.type === 'inbound-rtp') now = report;
    const before = this.#before;
    this.#before = now;
    if (now === undefined || before === undefined) return undefined;
    const glassToGlassMs = this.#glassToGlass.takeMedianMs();
    return { ...difference(before, now), ...(glassToGlassMs !== undefined && { glassToGlassMs }) };
  }

  async #open() {
    if (!('RTCPeerConnection' in window)) {
      this.#close('retrying');
      return;
    }
    const peer = new RTCPeerConnection();
    this.#peer = peer;
    this.#timer = setTimeout(() => this.#failed(peer), connectMs);
    this.#setStatus('opening');
    peer.addEventListener('track', ({ receiver, streams: [stream] }) => {
      // Standards have it as jitterBufferTarget; who knows neither uses the sender's wish.
      if ('jitterBufferTarget' in receiver) receiver.jitterBufferTarget = 0;
      this.element.srcObject = stream ?? new MediaStream([receiver.track]);
    });
    peer.addEventListener('connectionstatechange', () => {
      if (['failed', 'disconnected', 'closed'].includes(peer.connectionState)) this.#failed(peer);
    });
    try {
      peer.addTransceiver('video', { direction: 'recvonly' });
      await peer.setLocalDescription();
      await gathered(peer);
      const session = await this.#post(peer.localDescription?.sdp ?? '');
      if (this.#peer !== peer) {
        void leave(session.url); // not wanted any more
        return;
      }
      this.#session = session.url;
      await peer.setRemoteDescription({ type: 'answer', sdp: session.answer });
    } catch {
      this.#failed(peer);
    }
  }

  /** @param {string} offer */
  async #post(offer) {
    const response = await fetch(this.#url, {
      method: 'POST',
      headers: { 'Content-Type': 'application/sdp' },
      body: offer,
    });
    if (response.status !== 201) throw new Error(`refused: ${response.status}`);
    const url = new URL(response.headers.get('Location') ?? '', response.url).href;
    return { url, answer: await response.text() };
  }

  #showsPicture() {
    if (!this.#isWanted || this.element.videoWidth === 0) return;
    clearTimeout(this.#timer);
    this.element.hidden = false;
    this.#setStatus('live');
  }

  /** @param {RTCPeerConnection} peer */
  #failed(peer) {
    if (this.#peer === peer) this.#close('retrying');
  }

  /** @param {StreamStatus} status */
  #close(status) {
    clearTimeout(this.#timer);
    const peer = this.#peer;
    this.#peer = undefined;
    this.#before = undefined;
    const session = this.#session;
    this.#session = undefined;
    if (session === undefined) peer?.close();
    // Also while the page goes. First of all, because a session whose connection has ended is not there any more.
    else void leave(session).finally(() => peer?.close());
    this.element.srcObject = null;
    this.element.hidden = true;
    this.#setStatus(status);
  }

  /** @param {StreamStatus} status */
  #setStatus(status) {
    if (status === this.status) return;
    this.status = status;
    this.setHasMark(this.#hasMark);
    this.#onStatus();
  }
}

/** @param {string} session */
async function leave(session) {
  await fetch(session, { method: 'DELETE', keepalive: true }).catch(() => undefined);
}

/**
 * Candidates belong into the offer. Those of this machine are there at once.
 *
 * @param {RTCPeerConnection} peer
 * @returns {Promise<void>}
 */
function gathered(peer) {
  if (peer.iceGatheringState === 'complete') return Promise.resolve();
  return new Promise((resolve) => {
    peer.addEventListener('icegatheringstatechange', () => {
      if (peer.iceGatheringState === 'complete') resolve();
    });
    setTimeout(resolve, 1000);
  });
}

/**
 * @param {RTCInboundRtpStreamStats} before
 * @param {RTCInboundRtpStreamStats} now
 * @returns {PlaybackFigures}
 */
function difference(before, now) {
  /** @param {'framesDecoded' | 'bytesReceived' | 'packetsReceived' | 'packetsLost' | 'totalDecodeTime' | 'jitterBufferDelay' | 'jitterBufferEmittedCount'} name */
  const gain = (name) => (now[name] ?? 0) - (before[name] ?? 0);
  const seconds = (now.timestamp - before.timestamp) / 1000;
  const frames = gain('framesDecoded');
  const emitted = gain('jitterBufferEmittedCount');
  const lost = Math.max(0, gain('packetsLost'));
  const packets = gain('packetsReceived') + lost;
  return {
    fps: frames / seconds,
    bitrateKbps: (gain('bytesReceived') * 8) / 1000 / seconds,
    lossPercent: packets === 0 ? 0 : (100 * lost) / packets,
    ...(emitted > 0 && { jitterBufferMs: (gain('jitterBufferDelay') * 1000) / emitted }),
    ...(frames > 0 && { decodeMs: (gain('totalDecodeTime') * 1000) / frames }),
  };
}
