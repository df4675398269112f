// The WebRTC stack: node-datachannel, which is loaded when the first viewer comes, or video is pushed.
import type * as Stack from 'node-datachannel';
import type { PeerConnection, RtcConfig, Track } from 'node-datachannel';
import { contain } from '../../errors/faults.js';
import { StreamerError } from '../../errors/index.js';
import type { VideoCodec } from '../../native/video-session.js';
import { stackMid, writeAnswer } from '../../sdp/webrtc-writer.js';
import { headerExtensionUris, type HeaderExtensionIds } from './header-extensions.js';
import type { VideoFormat, VideoOffer } from './offer.js';

export interface PeerOptions {
  readonly name: string;
  readonly codec: VideoCodec;
  readonly ssrc: number;
  readonly cname: string;
  /** `stun:HOST:PORT`, where HOST is an address, because the stack looks names up by a thread each. */
  readonly stunServer?: string | undefined;
  /** Address of this machine that is sent from; default: all of them. */
  readonly bindAddress?: string;
  /** UDP ports, both included. */
  readonly portRange?: { readonly first: number; readonly last: number };
}

export interface PeerHandlers {
  onCandidate?: (candidate: string) => void;
  /** What is sent from now on arrives. */
  readonly onOpen: () => void;
  readonly onRtcp: (bytes: Uint8Array) => void;
  /** It has ended, by whatever: once or more often. */
  readonly onClosed: () => void;
}

export interface Peer {
  readonly connection: PeerConnection;
  readonly track: Track;
}

/** The stack describes its side at once. One that does not is given up. */
const describingMs = 5000;
/** How long an answer waits for what a STUN server says. Addresses of this machine are there at once. */
const gatheringMs = 250;

/**
 * Answers an offer.
 *
 * @param isTrickled - whether candidates are told by onCandidate, and the answer need not wait for them
 * @throws StreamerError ERR_WEBRTC_OFFER, ERR_NATIVE_MISSING
 */
export async function answerOffer(
  offer: VideoOffer,
  options: PeerOptions,
  handlers: PeerHandlers,
  isTrickled: boolean,
): Promise<Peer & { readonly answerSdp: string }> {
  const setUp = (connection: PeerConnection): void => {
    connection.setRemoteDescription(offer.stackSdp, 'offer');
  };
  const open = { format: offer, options, handlers, isTrickled, setUp };
  const { sdp, ...peer } = await openPeer(open, 'this offer cannot be answered');
  return { ...peer, answerSdp: writeAnswer(sdp, offer.description, offer.video) };
}

/**
 * Makes an offer of video, without candidates. When libdatachannel makes the offer, a connectivity check that arrives
 * before the answer makes DTLS fail. So we check the other side's candidates, and it learns our address from these
 * checks (RFC 8445 section 7.3.1.3).
 *
 * @throws StreamerError ERR_WEBRTC_OFFER, ERR_NATIVE_MISSING
 */
export async function makeOffer(
  format: VideoFormat,
  options: PeerOptions,
  handlers: PeerHandlers,
): Promise<Peer & { readonly offerSdp: string }> {
  const setUp = (connection: PeerConnection): void => {
    connection.setLocalDescription('offer');
  };
  // What a STUN server says would be a candidate.
  const withoutStun = { ...options, stunServer: undefined };
  const open = { format, options: withoutStun, handlers, isTrickled: true, setUp };
  const { sdp, ...peer } = await openPeer(open, 'no offer can be made');
  return { ...peer, offerSdp: sdp.replace(/^a=(candidate:.*|end-of-candidates)\r?\n/gm, '') };
}

interface PeerSetup {
  readonly format: VideoFormat;
  readonly options: PeerOptions;
  readonly handlers: PeerHandlers;
  readonly isTrickled: boolean;
  /** Sets the description that makes ours come. */
  readonly setUp: (connection: PeerConnection) => void;
}

/** @returns the peer and its description */
async function openPeer(
  { format, options, handlers, isTrickled, setUp }: PeerSetup,
  failure: string,
): Promise<Peer & { readonly sdp: string }> {
  const stack = await loadStack();
  let peer: Partial<Peer> = {};
  try {
    const connection = new stack.PeerConnection(options.name, toRtcConfig(options));
    peer = { connection };
    const track = addTrack(stack, connection, format, options, handlers);
    peer = { connection, track };
    const description = firstDescription(connection, handlers, isTrickled);
    description.catch(() => undefined); // nobody waits for it when the next line throws
    setUp(connection);
    return { connection, track, sdp: await description };
  } catch (error) {
    closePeer(peer);
    if (error instanceof StreamerError) throw error;
    const reason = error instanceof Error ? error.message : String(error);
    throw new StreamerError('ERR_WEBRTC_OFFER', `${failure}: ${reason}`, { cause: error });
  }
}

function addTrack(
  { Video }: typeof Stack,
  connection: PeerConnection,
  { payloadType, profile, extensionIds, hasTransportFeedback, hasFullIntraRequests }: VideoFormat,
  { codec, ssrc, cname, name }: PeerOptions,
  handlers: PeerHandlers,
): Track {
  const video = new Video(stackMid, 'SendOnly');
  if (codec === 'vp8') video.addVP8Codec(payloadType);
  else video.addH264Codec(payloadType, profile);
  if (hasTransportFeedback) video.parseSdpLine(`a=rtcp-fb:${String(payloadType)} transport-cc`);
  if (hasFullIntraRequests) video.parseSdpLine(`a=rtcp-fb:${String(payloadType)} ccm fir`);
  for (const [extension, uri] of Object.entries(headerExtensionUris)) {
    const id = extensionIds[extension as keyof HeaderExtensionIds];
    if (id) video.parseSdpLine(`a=extmap:${String(id)} ${uri}`);
  }
  video.addSSRC(ssrc, cname, name, 'video');
  const track = connection.addTrack(video);
  track.onOpen(() => {
    contain('webrtc', handlers.onOpen, handlers.onClosed);
  });
  track.onMessage((message) => {
    const take = (): void => {
      handlers.onRtcp(message);
    };
    contain('webrtc', take, handlers.onClosed);
  });
  track.onClosed(() => {
    contain('webrtc', handlers.onClosed, () => undefined);
  });
  return track;
}

/** Both, and the track first: a track with listeners that is still open keeps the process from its end. */
export function closePeer({ connection, track }: Partial<Peer>): void {
  track?.close();
  connection?.close();
}

async function loadStack(): Promise<typeof Stack> {
  try {
    return await import('node-datachannel');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new StreamerError('ERR_NATIVE_MISSING', `node-datachannel cannot be loaded: ${reason}`, {
      cause: error,
    });
  }
}

function toRtcConfig({ stunServer, bindAddress, portRange }: PeerOptions): RtcConfig {
  return {
    iceServers: stunServer === undefined ? [] : [stunServer],
    ...(bindAddress !== undefined && { bindAddress }),
    ...(portRange && { portRangeBegin: portRange.first, portRangeEnd: portRange.last }),
  };
}

/** Our description, when it names this machine's addresses, or at once where these are told otherwise. */
function firstDescription(
  connection: PeerConnection,
  handlers: PeerHandlers,
  isTrickled: boolean,
): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  let late: NodeJS.Timeout | undefined;
  return new Promise<string>((resolve, reject) => {
    late = setTimeout(() => {
      reject(new StreamerError('ERR_WEBRTC_OFFER', 'the WebRTC stack did not describe the connection'));
    }, describingMs);
    const settle = (): void => {
      const sdp = connection.localDescription()?.sdp;
      if (sdp !== undefined) resolve(sdp);
    };
    connection.onLocalDescription((sdp) => {
      if (isTrickled) resolve(sdp);
      else timer = setTimeout(settle, gatheringMs);
    });
    connection.onLocalCandidate((candidate) => {
      const tell = (): void => handlers.onCandidate?.(candidate);
      contain('webrtc', tell, handlers.onClosed);
    });
    connection.onGatheringStateChange((state) => {
      if (state === 'complete') settle();
    });
    connection.onStateChange((state) => {
      if (state !== 'closed' && state !== 'failed' && state !== 'disconnected') return;
      reject(new StreamerError('ERR_WEBRTC_OFFER', 'the connection ended before it was described'));
      contain('webrtc', handlers.onClosed, () => undefined);
    });
  }).finally(() => {
    clearTimeout(timer);
    clearTimeout(late);
  });
}
