// What is written of a WebRTC session: for the stack that opens it, and for the other side.
import { writeIceCandidate, type IceCandidate } from './ice-candidate.js';
import { splitDescription, type Lines } from './sdp-lines.js';
import type { WebRtcCodec, WebRtcDescription, WebRtcMedia, WebRtcTransport } from './webrtc-description.js';

/** The identifier of the one medium that the stack knows of. */
export const stackMid = '0';

/** What the stack has to know of the other side's description. */
export interface StackDescription {
  readonly transport: WebRtcTransport;
  readonly candidates: readonly IceCandidate[];
  readonly codec: WebRtcCodec;
}

/**
 * The other side's description as the stack gets it: of one video that is received, with its identifier
 * {@link stackMid}. Every line is made of checked values, so that nothing of a stranger's text reaches the stack.
 */
export function writeStackDescription({ transport, candidates, codec }: StackDescription): string {
  const { payloadType, name, rate, parameters, feedback } = codec;
  const format = String(payloadType);
  const fmtp = [...parameters].map(([key, value]) => `${key}=${value}`).join(';');
  return toText([
    ...['v=0', 'o=- 1 1 IN IP4 0.0.0.0', 's=-', 't=0 0', `a=group:BUNDLE ${stackMid}`],
    `m=video 9 UDP/TLS/RTP/SAVPF ${format}`,
    ...['c=IN IP4 0.0.0.0', `a=mid:${stackMid}`, 'a=recvonly', 'a=rtcp-mux'],
    `a=rtpmap:${format} ${name.toUpperCase()}/${rate}`,
    ...(fmtp === '' ? [] : [`a=fmtp:${format} ${fmtp}`]),
    ...feedback.map((kind) => `a=rtcp-fb:${format} ${kind}`),
    ...[`a=ice-ufrag:${transport.iceUfrag}`, `a=ice-pwd:${transport.icePwd}`],
    ...[`a=fingerprint:${transport.fingerprint}`, `a=setup:${transport.setup}`],
    ...candidates.map((candidate) => `a=${writeIceCandidate(candidate)}`),
  ]);
}

/**
 * The answer to an offer: the stack's own about the one video, with all other media of the offer inactive where they
 * share the video's connection, and declined where they don't (RFC 3264 section 6).
 *
 * @param stackAnswer - of the stack, to what {@link writeStackDescription} wrote
 * @param video - the section of the offer that it answers
 */
export function writeAnswer(stackAnswer: string, offer: WebRtcDescription, video: WebRtcMedia): string {
  const { session = [], media: [answered = []] = [] } = splitDescription(stackAnswer) ?? {};
  const bundle = offer.bundles.find((mids) => video.mid !== undefined && mids.includes(video.mid)) ?? [];
  const isBundled = (section: WebRtcMedia): boolean =>
    section === video || (isInactive(section) && section.mid !== undefined && bundle.includes(section.mid));
  const shared = offer.media.filter(isBundled);
  const candidates = answered.filter((line) => /^a=(candidate:|end-of-candidates$)/.test(line));
  const [mLine = '', ...description] = answered.filter((line) => line !== '' && !candidates.includes(line));
  const transport = description.filter((line) => /^a=(setup|ice-ufrag|ice-pwd|fingerprint):/.test(line));
  const sections = offer.media.flatMap((section) => {
    if (!isBundled(section)) return declined(section);
    const own = section === video ? [mLine, ...description.flatMap(withMid(video.mid))] : inactive(section);
    // Candidates stand in the bundle's first section (RFC 9143 section 7.3.3).
    return [...own, ...(section === video ? [] : transport), ...(section === shared[0] ? candidates : [])];
  });
  const mids = shared.flatMap(({ mid }) => mid ?? []);
  const groups = bundle.length > 0 ? [`a=group:BUNDLE ${mids.join(' ')}`] : [];
  const [head, attributes] = [session.filter(isHead), session.filter((line) => !isHead(line))];
  const isGroup = (line: string): boolean => line.startsWith('a=group:');
  return toText([...head, ...groups, ...attributes.filter((line) => !isGroup(line)), ...sections]);
}

/** The lines in front of a session's attributes. */
function isHead(line: string): boolean {
  return !line.startsWith('a=');
}

/** Whether a section can be answered as one that nothing flows in. */
function isInactive({ isRejected, codecs }: WebRtcMedia): boolean {
  return !isRejected && codecs.length > 0;
}

/** The identifier of the offer in place of the stack's; nothing where the offer has none. */
function withMid(mid: string | undefined): (line: string) => Lines {
  return (line) => (line.startsWith('a=mid:') ? midLine(mid) : [line]);
}

function midLine(mid: string | undefined): Lines {
  return mid === undefined ? [] : [`a=mid:${mid}`];
}

function inactive({ kind, protocol, mid, codecs }: WebRtcMedia): Lines {
  return codecs
    .slice(0, 1)
    .flatMap(({ payloadType, name, rate }) => [
      ...[`m=${kind} 9 ${protocol} ${String(payloadType)}`, 'c=IN IP4 0.0.0.0', ...midLine(mid)],
      ...['a=inactive', 'a=rtcp-mux', `a=rtpmap:${String(payloadType)} ${name}/${rate}`],
    ]);
}

function declined({ kind, protocol, firstFormat, mid }: WebRtcMedia): Lines {
  return [`m=${kind} 0 ${protocol} ${firstFormat}`, 'c=IN IP4 0.0.0.0', ...midLine(mid), 'a=inactive'];
}

function toText(lines: Lines): string {
  return lines.map((line) => `${line}\r\n`).join('');
}
