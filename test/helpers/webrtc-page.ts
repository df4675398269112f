import type { Page } from 'playwright-core';
import { readMark } from './oracle.js';

/** How a page gets a camera's video. */
export interface VideoSource {
  /** `pushed`: what acceptOffer() in the page was given. */
  readonly kind: 'whep' | 'websocket' | 'pushed';
  readonly url: string;
}

/** What a page saw of a video. */
export interface Playback {
  /** From the offer to the first frame shown: the median of three visits, one where it was `pushed`. */
  readonly firstFrameMs: number;
  readonly framesPerSecond: number;
  readonly width: number;
  readonly height: number;
  readonly codec: string;
  /** Of each frame looked at: by its mark. */
  readonly sequences: readonly number[];
  readonly latenciesMs: readonly number[];
  /** Of each frame looked at whose mark could be read: blocks of the picture, RGB. */
  readonly blocks: readonly { readonly sequence: number; readonly colours: readonly Block[] }[];
  readonly framesLookedAt: number;
  readonly stats: Readonly<Record<string, number>>;
}

/** The mean colour of 8 x 8 pixels. */
export interface Block {
  readonly x: number;
  readonly y: number;
  readonly rgb: readonly [number, number, number];
}

interface Seen {
  readonly nowMs: number;
  /** Of each pixel of the corner 1 or 0: as a string, because a list of numbers takes seconds to get here. */
  readonly light: string;
  readonly colours: readonly Block[];
}

interface PageResult extends Omit<Playback, 'sequences' | 'latenciesMs' | 'blocks' | 'framesLookedAt'> {
  readonly seen: readonly Seen[];
}

const corner = 128;

/** In the page: functions that tests call. Written as a browser's own client would be. */
export const pageScript = `
const corner = ${String(corner)};

async function gathered(peer) {
  while (peer.iceGatheringState !== 'complete') await new Promise((r) => setTimeout(r, 5));
}

async function joinByWhep(peer, url) {
  await peer.setLocalDescription();
  await gathered(peer);
  const offeredMs = performance.now();
  const response = await fetch(url, {
    method: 'POST', headers: { 'Content-Type': 'application/sdp' }, body: peer.localDescription.sdp,
  });
  const text = await response.text();
  if (response.status !== 201) throw new Error(response.status + ' ' + text);
  await peer.setRemoteDescription({ type: 'answer', sdp: text });
  return { offeredMs, leave: () => fetch(new URL(response.headers.get('Location'), url), { method: 'DELETE' }) };
}

/** The Go system's own client does it so. */
async function joinByWebSocket(peer, url) {
  const socket = new WebSocket(url);
  await new Promise((resolve, reject) => { socket.onopen = resolve; socket.onerror = reject; });
  peer.onicecandidate = ({ candidate }) => {
    if (candidate) socket.send(JSON.stringify({ type: 'ice-candidate', data: candidate }));
  };
  const answered = new Promise((resolve, reject) => {
    socket.onmessage = async ({ data }) => {
      const message = JSON.parse(data);
      if (message.type === 'answer') { await peer.setRemoteDescription(message.data); resolve(); }
      else if (message.type === 'ice-candidate') await peer.addIceCandidate(message.data);
      else if (message.type === 'error') reject(new Error(message.data.message));
    };
    socket.onclose = () => reject(new Error('closed'));
  });
  await peer.setLocalDescription();
  const offeredMs = performance.now();
  socket.send(JSON.stringify({ type: 'offer', data: peer.localDescription }));
  await answered;
  return { offeredMs, leave: () => socket.close() };
}

function prepare() {
  const peer = new RTCPeerConnection();
  const video = document.createElement('video');
  Object.assign(video, { muted: true, autoplay: true, playsInline: true });
  document.body.append(video);
  peer.ontrack = ({ track }) => { video.srcObject = new MediaStream([track]); };
  const first = new Promise((resolve) => video.requestVideoFrameCallback(() => resolve(performance.now())));
  return { peer, video, first };
}

/** As a server that somebody pushes video to. */
async function acceptOffer(sdp) {
  const prepared = prepare();
  const { peer } = prepared;
  await peer.setRemoteDescription({ type: 'offer', sdp });
  await peer.setLocalDescription();
  await gathered(peer);
  window.pushed = { ...prepared, offeredMs: performance.now(), leave: () => peer.close() };
  return peer.localDescription.sdp;
}

async function join({ kind, url }) {
  if (kind === 'pushed') return window.pushed;
  const { peer, video, first } = prepare();
  peer.addTransceiver('video', { direction: 'recvonly' });
  const { offeredMs, leave } = await (kind === 'whep' ? joinByWhep(peer, url) : joinByWebSocket(peer, url));
  const watched = { peer, video, first, offeredMs, leave };
  (window.watched ??= []).push(watched);
  return watched;
}

async function inbound(peer) {
  const all = [...(await peer.getStats()).values()];
  const stats = all.find(({ type }) => type === 'inbound-rtp');
  return { ...stats, mimeType: all.find(({ id }) => id === stats.codecId)?.mimeType };
}

/** The frames of some seconds, each as soon as it is shown. */
async function look(video, ms) {
  const canvas = new OffscreenCanvas(video.videoWidth, video.videoHeight);
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const seen = [];
  const endMs = performance.now() + ms;
  while (performance.now() < endMs) {
    await new Promise((resolve) => video.requestVideoFrameCallback(resolve));
    const nowMs = performance.timeOrigin + performance.now();
    const frame = new VideoFrame(video);
    const light = await lightOf(frame);
    const isLookedAtWhole = seen.length % 10 === 0;
    if (isLookedAtWhole) context.drawImage(frame, 0, 0);
    frame.close();
    seen.push({ nowMs, light, colours: isLookedAtWhole ? blocksOf(context, canvas) : [] });
  }
  return seen;
}

/** Of the luma, as it was decoded: without a GPU a canvas converts the whole frame, for which there is no time each time. */
async function lightOf(frame) {
  const options = { rect: { x: 0, y: 0, width: corner, height: corner } };
  const samples = new Uint8Array(frame.allocationSize(options));
  const [{ offset, stride }] = await frame.copyTo(samples, options);
  let light = '';
  for (let y = 0; y < corner; y++)
    for (let x = 0; x < corner; x++) light += samples[offset + y * stride + x] > 127 ? '1' : '0';
  return light;
}

function blocksOf(context, { width, height }) {
  const blocks = [];
  for (let y = 192; y + 8 < height; y += 64) {
    for (let x = 40; x + 8 < width; x += 96) {
      const { data } = context.getImageData(x, y, 8, 8);
      const rgb = [0, 0, 0];
      for (let i = 0; i < data.length; i++) if (i % 4 < 3) rgb[i % 4] += data[i] / 64;
      blocks.push({ x, y, rgb });
    }
  }
  return blocks;
}

/** The longest time without a new frame. */
function longestGap(video, ms) {
  const endMs = performance.now() + ms;
  let lastMs = performance.now();
  let gapMs = 0;
  return new Promise((resolve) => {
    const look = () => {
      const nowMs = performance.now();
      gapMs = Math.max(gapMs, nowMs - lastMs);
      lastMs = nowMs;
      if (nowMs < endMs) video.requestVideoFrameCallback(look);
      else resolve(gapMs);
    };
    video.requestVideoFrameCallback(look);
    setTimeout(() => resolve(Math.max(gapMs, performance.now() - lastMs)), ms + 2000);
  });
}

/** Watches it, for the third time where it can: what held up the machine at one start is no delay of the streamer's. */
async function joinAgain(source) {
  const visits = source.kind === 'pushed' ? 1 : 3;
  const times = [];
  for (;;) {
    const joined = await join(source);
    times.push((await joined.first) - joined.offeredMs);
    if (times.length === visits) return { ...joined, firstFrameMs: times.sort((a, b) => a - b)[visits >> 1] };
    await joined.leave();
    joined.peer.close();
    joined.video.remove();
  }
}

async function watch(sources, ms) {
  const joined = [];
  for (const source of sources) joined.push(await joinAgain(source)); // not beside the other's start
  return Promise.all(joined.map(async ({ peer, video, firstFrameMs }) => {
    await new Promise((r) => setTimeout(r, 500));
    const before = await inbound(peer);
    const seen = await look(video, ms);
    const now = await inbound(peer);
    return {
      firstFrameMs,
      framesPerSecond: (1000 * (now.framesDecoded - before.framesDecoded)) / (now.timestamp - before.timestamp),
      width: video.videoWidth, height: video.videoHeight, codec: now.mimeType, seen,
      stats: {
        bitrateKbps: (8 * (now.bytesReceived - before.bytesReceived)) / (now.timestamp - before.timestamp),
        jitterBufferMs: (1000 * (now.jitterBufferDelay - before.jitterBufferDelay)) / (now.jitterBufferEmittedCount - before.jitterBufferEmittedCount),
        decodeMs: (1000 * (now.totalDecodeTime - before.totalDecodeTime)) / (now.framesDecoded - before.framesDecoded),
        processingMs: (1000 * (now.totalProcessingDelay - before.totalProcessingDelay)) / (now.framesDecoded - before.framesDecoded),
        freezeCount: now.freezeCount, totalFreezesDuration: now.totalFreezesDuration,
        packetsLost: now.packetsLost, nackCount: now.nackCount, pliCount: now.pliCount,
      },
    };
  }));
}
`;

/** An empty page of the streamer's own, with the functions above. */
export async function openClientPage(page: Page, origin: string): Promise<void> {
  await page.goto(`${origin}/health`);
  await page.evaluate(
    `${pageScript}\nObject.assign(window, { acceptOffer, join, look, inbound, longestGap, watch });`,
  );
}

/** @param unixOffsetUs - CLOCK_REALTIME - CLOCK_MONOTONIC of this machine */
export async function watch(
  page: Page,
  sources: readonly VideoSource[],
  ms: number,
  unixOffsetUs: number,
): Promise<Playback[]> {
  const results = await page.evaluate<PageResult[]>(`watch(${JSON.stringify(sources)}, ${String(ms)})`);
  return results.map(({ seen, ...rest }) => {
    const marked = seen.flatMap(({ nowMs, light, colours }) => {
      const samples = Uint8Array.from(light, (digit) => (digit === '1' ? 255 : 0));
      const plane = { samples, stride: corner, width: corner, height: corner };
      const mark = readMark(plane);
      if (!mark) return [];
      const ageUs = (nowMs * 1000 - unixOffsetUs - mark.captureTimeUs) % 2 ** 32; // both modulo 2^32
      return [{ sequence: mark.sequence, latencyMs: ageUs / 1000, colours }];
    });
    return {
      ...rest,
      framesLookedAt: seen.length,
      sequences: marked.map(({ sequence }) => sequence),
      latenciesMs: marked.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b),
      blocks: marked.filter(({ colours }) => colours.length > 0),
    };
  });
}
