// Offers, answers and candidates of WebRTC by their grammar (RFC 8866, RFC 8839, RFC 9143): mostly right, and wrong in
// one or two places that a parser could trip over.
import { StreamerError } from '../../lib/errors/index.js';
import { readAnswer } from '../../lib/outputs/webrtc/answer.js';
import { readOffer } from '../../lib/outputs/webrtc/offer.js';
import { parseIceCandidate, writeIceCandidate } from '../../lib/sdp/ice-candidate.js';
import { parseWebRtcDescription } from '../../lib/sdp/webrtc-description.js';
import { writeAnswer } from '../../lib/sdp/webrtc-writer.js';
import type { Random } from './random.js';
import type { FuzzTarget } from './targets.js';

/** What may stand where a word, a number or nothing is expected. */
const oddTexts = [
  ...[
    '',
    ' ',
    '0',
    '-1',
    '5',
    '1234/90000',
    '127',
    '128',
    '224',
    '65536',
    '4294967296',
    '1e3',
    '0x60',
    '96.5',
  ],
  ...['a', '__proto__', 'constructor', 'é', '\u2028', '\0', '\t', '\r', '%s', '*', '=;=', ';', ':', '96 96'],
  ...[
    'x'.repeat(300),
    '9'.repeat(40),
    '../..',
    'localhost',
    'IN IP4 127.0.0.1',
    '<script>',
    '"',
    '\\',
    '\x1b[31m',
  ],
] as const;
const hash = Array.from({ length: 32 }, () => 'AB').join(':');
const uris = [
  'http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01',
  'http://www.webrtc.org/experiments/rtp-hdrext/playout-delay',
  'http://www.webrtc.org/experiments/rtp-hdrext/abs-send-time',
  'urn:ietf:params:rtp-hdrext:sdes:mid',
] as const;

/** The usual text, and now and then an odd one. */
function either(random: Random, usual: string, odds = 60): string {
  return random.oneIn(odds) ? random.pick(oddTexts) : usual;
}

function many(random: Random, most: number, make: (i: number) => string): string[] {
  return Array.from({ length: random.below(most + 1) }, (_, i) => make(i));
}

export function candidateByGrammar(random: Random): string {
  const address = random.pick([
    ...([
      '127.0.0.1',
      '192.168.1.20',
      '2001:db8::1',
      '::1',
      'fe80::1%eth0',
      'a.local',
      'example.com',
    ] as const),
    ...(['0.0.0.0', '224.0.0.1', '255.255.255.255', '127.1', '2130706433'] as const),
  ]);
  const blank = random.oneIn(40) ? random.pick(['\t', '  ', '\u00a0', '']) : ' ';
  const parts = [
    either(random, String(random.below(1e9))),
    either(random, String(1 + random.below(2))),
    either(random, random.pick(['udp', 'UDP', 'tcp'])),
    either(random, String(random.below(2 ** 31))),
    either(random, address),
    either(random, String(random.below(65_536))),
    'typ',
    either(random, random.pick(['host', 'srflx', 'prflx', 'relay'])),
    ...(random.oneIn(3) ? ['raddr', either(random, '0.0.0.0'), 'rport', either(random, '0')] : []),
    ...(random.oneIn(4) ? ['generation', '0', 'ufrag', 'abcd', 'network-cost', '999'] : []),
  ];
  return `candidate:${parts.join(blank)}`;
}

function transport(random: Random): string[] {
  return [
    `a=ice-ufrag:${either(random, 'abcd')}`,
    `a=ice-pwd:${either(random, 'abcdefghijklmnopqrstuvwx')}`,
    `a=fingerprint:${either(random, `sha-256 ${hash}`)}`,
    `a=setup:${either(random, random.pick(['actpass', 'active', 'passive']), 20)}`,
    ...(random.oneIn(10) ? ['a=ice-options:trickle', 'a=ice-lite'] : []),
  ];
}

function codec(random: Random, format: string): string[] {
  const name = random.pick(['H264', 'h264', 'VP8', 'VP9', 'rtx', 'opus', 'red', 'AV1']);
  const mode = either(random, String(random.below(2)), 20);
  const level = either(random, random.pick(['42e01f', '42001f', '64001f']), 20);
  const fmtp = `level-asymmetry-allowed=1;packetization-mode=${mode};profile-level-id=${level}`;
  return [
    `a=rtpmap:${format} ${either(random, `${name}/90000`, 30)}`,
    ...(random.oneIn(5) ? [] : [`a=fmtp:${format} ${either(random, fmtp, 30)}`]),
    ...many(random, 5, () => {
      const kind = random.pick(['nack', 'nack pli', 'ccm fir', 'goog-remb', 'transport-cc']);
      return `a=rtcp-fb:${random.oneIn(10) ? '*' : format} ${either(random, kind)}`;
    }),
  ];
}

function section(random: Random, mid: string): string[] {
  const kind = random.pick(['video', 'video', 'video', 'audio', 'application']);
  const formats = Array.from({ length: 1 + random.below(5) }, () =>
    either(random, String(96 + random.below(32)), 30),
  );
  const isData = kind === 'application';
  const protocol = isData ? 'UDP/DTLS/SCTP' : random.pick(['UDP/TLS/RTP/SAVPF', 'RTP/SAVPF', 'RTP/AVP']);
  const port = either(random, random.oneIn(15) ? '0' : '9', 30);
  return [
    `m=${either(random, kind)} ${port} ${either(random, protocol)} ${isData ? 'webrtc-datachannel' : formats.join(' ')}`,
    ...(random.oneIn(8) ? [] : ['c=IN IP4 0.0.0.0']),
    ...(random.oneIn(10) ? [] : [`a=mid:${either(random, mid)}`]),
    ...(random.oneIn(10) ? [] : [`a=${random.pick(['recvonly', 'sendrecv', 'sendonly', 'inactive'])}`]),
    ...(random.oneIn(10) ? ['a=bundle-only'] : []),
    'a=rtcp-mux',
    ...many(random, 4, () => `a=extmap:${either(random, String(1 + random.below(20)))} ${random.pick(uris)}`),
    ...(random.oneIn(2) ? transport(random) : []),
    ...formats.flatMap((format) => codec(random, format)),
    ...many(random, random.oneIn(50) ? 300 : 4, () => `a=${candidateByGrammar(random)}`),
    ...many(random, 2, () => `a=ssrc:${either(random, '1')} cname:${either(random, 'x')}`),
    ...(random.oneIn(30) ? [`a=${random.pick(oddTexts)}`] : []),
  ];
}

/** One that most parsers take. */
export function offerByGrammar(random: Random): string {
  const count = random.oneIn(40) ? 30 : 1 + random.below(4);
  const mids = Array.from({ length: count }, (_, i) => either(random, String(i), 40));
  const lines = [
    either(random, 'v=0', 200),
    `o=- ${either(random, '1')} 2 IN IP4 127.0.0.1`,
    ...['s=-', 't=0 0'],
    ...(random.oneIn(8) ? [] : [`a=group:BUNDLE ${mids.join(' ')}`]),
    ...(random.oneIn(4) ? [] : transport(random)),
    ...mids.flatMap((mid) => section(random, mid)),
  ];
  if (random.oneIn(20)) lines.splice(random.below(lines.length), 1 + random.below(3));
  if (random.oneIn(20)) lines.push(...lines.slice(random.below(lines.length)));
  return lines.join(random.oneIn(20) ? '\n' : '\r\n') + '\r\n';
}

/** What a server may say to an offer of one video. */
export function answerByGrammar(random: Random, offer: string): string {
  if (random.oneIn(10)) return offer;
  if (random.oneIn(4)) return offerByGrammar(random);
  const format = either(random, '96', 20);
  return [
    ...['v=0', 'o=- 1 2 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0'],
    ...transport(random),
    `m=${either(random, 'video')} ${either(random, '9')} UDP/TLS/RTP/SAVPF ${format}`,
    ...['c=IN IP4 0.0.0.0', 'a=mid:0', `a=${random.pick(['recvonly', 'recvonly', 'sendrecv', 'inactive'])}`],
    ...['a=rtcp-mux', `a=rtpmap:${format} ${either(random, random.pick(['H264/90000', 'VP8/90000']), 20)}`],
    `a=fmtp:${format} ${either(random, 'packetization-mode=1;profile-level-id=42e01f', 20)}`,
    ...many(random, 4, () => `a=${candidateByGrammar(random)}`),
    '',
  ].join('\r\n');
}

/** Every line that the stack may see. */
const stackLine =
  /^(v=0|o=- 1 1 IN IP4 0\.0\.0\.0|s=-|t=0 0|a=group:BUNDLE 0|m=video 9 UDP\/TLS\/RTP\/SAVPF \d{1,3}|c=IN IP4 0\.0\.0\.0|a=mid:0|a=recvonly|a=rtcp-mux|a=rtpmap:\d{1,3} (H264|VP8)\/90000|a=fmtp:\d{1,3} [\w=;-]+|a=rtcp-fb:\d{1,3} [\w -]+|a=ice-ufrag:[\w+/=.#-]+|a=ice-pwd:[\w+/=.#-]+|a=fingerprint:sha-\d+ [\dA-F:]+|a=setup:\w+|a=candidate:[\w+/=.-]+ [12] UDP \d+ [\da-fA-F:.]+ \d+ typ \w+( raddr 0\.0\.0\.0 rport 0)?)$/;
const stackAnswer = [
  ...['v=0', 'o=rtc 1 0 IN IP4 127.0.0.1', 's=-', 't=0 0', 'a=group:BUNDLE 0', 'a=group:LS 0'],
  ...['m=video 9 UDP/TLS/RTP/SAVPF 96', 'c=IN IP4 127.0.0.1', 'a=mid:0', 'a=sendonly', 'a=setup:active'],
  ...['a=ice-ufrag:abcd', 'a=candidate:1 1 UDP 1 127.0.0.1 9 typ host', 'a=end-of-candidates', ''],
].join('\r\n');

/** The border between a stranger's words and the WebRTC stack. */
export class SdpGrammarTarget implements FuzzTarget {
  readonly name = 'SDP by grammar';
  /** Offers and answers that were taken. */
  taken = 0;

  step(random: Random): void {
    const offer = offerByGrammar(random);
    this.#offer(offer, random.pick(['h264', 'vp8']));
    const answer = readAnswer(answerByGrammar(random, offer), random.pick(['h264', 'vp8']));
    if (answer.ok) this.#check(answer.value.stackSdp, answer.value.payloadType);
    const candidate = parseIceCandidate(candidateByGrammar(random));
    if (candidate && !stackLine.test(`a=${writeIceCandidate(candidate)}`))
      throw new Error('a strange candidate');
  }

  #offer(text: string, codecName: 'h264' | 'vp8'): void {
    try {
      const { stackSdp, payloadType, extensionIds, description, video } = readOffer(text, codecName);
      this.#check(stackSdp, payloadType);
      if (Object.values(extensionIds).some((id) => id < 0 || id > 14)) throw new Error('a strange extension');
      const answer = writeAnswer(stackAnswer, description, video);
      const again = parseWebRtcDescription(answer);
      if (!again.ok || again.value.media.length !== description.media.length)
        throw new Error(`an answer with other sections: ${answer}`);
    } catch (error) {
      if (!(error instanceof StreamerError)) throw error;
    }
  }

  #check(stackSdp: string, payloadType: number): void {
    this.taken += 1;
    const strange = stackSdp.split('\r\n').find((line) => line !== '' && !stackLine.test(line));
    if (strange !== undefined) throw new Error(`the stack would see ${JSON.stringify(strange)}`);
    if (payloadType > 127 || (payloadType >= 64 && payloadType < 96))
      throw new Error('a strange payload type');
  }
}
