// Packets as they are on the cable, as tshark reads them: RTP, RTCP and JPEG without a fault, and marked as configured.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Capture, type Dissection } from '../helpers/capture.js';
import { makeNetwork, switchOffloadsOff, type Host } from '../helpers/network.js';
import { Player } from '../helpers/player.js';
import { Streamer, temporaryFolder, writeStreamConfig, type Keys } from '../helpers/streamer.js';

const fields = [
  ...['frame.time_epoch', 'udp.length', 'udp.checksum.status', '_ws.malformed', '_ws.expert.message'],
  ...['ip.ttl', 'ip.dsfield.dscp', 'ipv6.hlim', 'ipv6.tclass.dscp'],
  ...['rtp.version', 'rtp.p_type', 'rtp.ssrc', 'rtp.seq', 'rtp.timestamp', 'rtp.marker'],
  ...['rtp.ext.len', 'rtp.ext.rfc5285.id', 'rtp.ext.rfc5285.len'],
  ...['jpeg.main_hdr.offset', 'jpeg.main_hdr.type', 'jpeg.main_hdr.q'],
  ...['jpeg.main_hdr.width', 'jpeg.main_hdr.height'],
  ...['jpeg.restart_hdr.interval', 'jpeg.restart_hdr.f', 'jpeg.restart_hdr.l', 'jpeg.restart_hdr.count'],
  ...['rtcp.pt', 'rtcp.senderssrc', 'rtcp.timestamp.ntp.msw', 'rtcp.sdes.text'],
  ...['rtcp.sender.packetcount', 'rtcp.sender.octetcount'],
] as const;

type Packet = Dissection<(typeof fields)[number]>;

interface Expected {
  readonly ttl: number;
  readonly dscp: number;
  readonly mtu: number;
  /** RFC 2435 section 4.1: 64 more with restart markers. */
  readonly type: number;
  readonly q: number;
  /** MCUs, or nothing without restart markers. */
  readonly restartInterval: readonly string[];
  /** Bytes of abs-capture-time, or nothing without it. */
  readonly extensionBytes: readonly string[];
}

interface Case {
  readonly name: string;
  readonly rtp?: Keys;
  readonly camera?: Keys;
  readonly destination?: (host: Host) => string;
  readonly expected?: Partial<Expected>;
}

const port = 5004;
const ssrc = 0x12345678;
const defaults: Expected = {
  ...{ ttl: 64, dscp: 0, mtu: 1400 },
  ...{ type: 1, q: 255, restartInterval: [], extensionBytes: [] },
};

const cases: readonly Case[] = [
  { name: 'by default' },
  { name: 'marked, IPv4', rtp: { dscp: 46, ttl: 7 }, expected: { dscp: 46, ttl: 7 } },
  {
    name: 'marked, IPv6',
    rtp: { dscp: 34, ttl: 9, mtu: 1300 },
    destination: ({ address6 }) => address6,
    expected: { dscp: 34, ttl: 9, mtu: 1300 },
  },
  {
    name: 'restart markers, time of capture',
    rtp: { abs_capture_time: true },
    camera: { profile: 'restart', restart_interval: 5, encode_threads: 2 },
    // The extension is written with its length less one (RFC 8285 section 4.2).
    expected: { type: 65, q: 85, restartInterval: ['5'], extensionBytes: ['8'] },
  },
  {
    name: 'restart markers, tables that are not those of RFC 2435',
    camera: { profile: 'restart', restart_interval: 1, quality: 100 },
    expected: { type: 65, q: 128, restartInterval: ['1'] },
  },
  {
    name: 'RTCP on the port of RTP',
    rtp: { rtcp_mux: true, dscp: 46, ttl: 7 },
    expected: { dscp: 46, ttl: 7 },
  },
  { name: "node's own sockets", rtp: { socket: 'dgram', ttl: 7 }, expected: { ttl: 7 } },
];

for (const { name, rtp = {}, camera = {}, destination, expected } of cases) {
  test(`${name}: tshark finds no fault`, { timeout: 30_000 }, async (context) => {
    const { sender, receiver } = await makeNetwork(context);
    // Else packets of UDP_SEGMENT are recorded in one, as they are handed to a network card, and without checksums.
    await switchOffloadsOff(sender, 'tx-udp-segmentation', 'tx-checksum-ip-generic');
    const folder = temporaryFolder(context);
    const to = { dest_host: destination?.(receiver) ?? receiver.address, dest_port: port, ssrc };
    const player = await Player.start(context, 'GStreamer', { port, host: receiver, folder });
    const capture = await Capture.start(context, receiver, folder);
    const streamer = new Streamer(context, writeStreamConfig(folder, { ...to, ...camera }, rtp), sender);
    await player.decodes(30);
    const { sent } = await streamer.stop();
    await capture.stop();
    const packets = await capture.dissect({ [port]: 'rtp', [port + 1]: 'rtcp' }, fields);
    check(packets, sent, { ...defaults, ...expected });
  });
}

function check(packets: readonly Packet[], frames: number, expected: Expected): void {
  for (const packet of packets) {
    assert.deepEqual(packet['_ws.malformed'], []);
    assert.deepEqual(packet['_ws.expert.message'], []);
    assert.deepEqual(packet['udp.checksum.status'], ['1'], 'the checksum is right');
    assert.equal(number(packet, 'ip.ttl', 'ipv6.hlim'), expected.ttl);
  }
  const rtp = packets.filter((packet) => packet['rtp.p_type'].length > 0 && packet['rtcp.pt'].length === 0);
  const rtcp = packets.filter((packet) => packet['rtcp.pt'].length > 0);
  assert.equal(rtp.length + rtcp.length, packets.length, 'every packet is one of the two');
  checkRtp(rtp, expected);
  checkFrames(rtp, frames, expected);
  checkRtcp(rtcp, rtp);
}

function checkRtp(packets: readonly Packet[], expected: Expected): void {
  const firstSequence = number(packets[0], 'rtp.seq');
  for (const [i, packet] of packets.entries()) {
    assert.equal(number(packet, 'ip.dsfield.dscp', 'ipv6.tclass.dscp'), expected.dscp);
    assert.ok(number(packet, 'udp.length') <= 8 + expected.mtu);
    assert.equal(number(packet, 'rtp.version'), 2);
    assert.equal(number(packet, 'rtp.p_type'), 26);
    assert.equal(number(packet, 'rtp.ssrc'), ssrc);
    assert.equal(number(packet, 'rtp.seq'), (firstSequence + i) % 2 ** 16);
    assert.equal(number(packet, 'jpeg.main_hdr.type'), expected.type);
    assert.equal(number(packet, 'jpeg.main_hdr.q'), expected.q);
    assert.equal(number(packet, 'jpeg.main_hdr.width'), 320);
    assert.equal(number(packet, 'jpeg.main_hdr.height'), 240);
    assert.deepEqual(packet['jpeg.restart_hdr.interval'], expected.restartInterval);
    if (expected.restartInterval.length > 0) checkAligned(packets, i);
  }
}

/** RFC 2435 section 3.1.7: intervals of these pictures are shorter than a packet, so that each holds whole ones. */
function checkAligned(packets: readonly Packet[], index: number): void {
  const [before, packet] = [packets[index - 1], packets[index]];
  assert.ok(packet && isTrue(packet, 'jpeg.restart_hdr.f') && isTrue(packet, 'jpeg.restart_hdr.l'));
  const count = number(packet, 'jpeg.restart_hdr.count');
  if (number(packet, 'jpeg.main_hdr.offset') === 0) assert.equal(count, 0);
  else assert.ok(count > number(before, 'jpeg.restart_hdr.count') && count < 0x3fff);
}

function checkFrames(packets: readonly Packet[], frames: number, expected: Expected): void {
  const first = packets.filter((packet) => number(packet, 'jpeg.main_hdr.offset') === 0);
  const last = packets.filter((packet) => isTrue(packet, 'rtp.marker'));
  assert.equal(first.length, frames);
  assert.equal(last.length, frames);
  for (const [i, packet] of first.entries()) {
    assert.deepEqual(packet['rtp.ext.rfc5285.len'], expected.extensionBytes);
    const ticks = number(packet, 'rtp.timestamp');
    assert.equal(number(last[i], 'rtp.timestamp'), ticks);
    const next = first[i + 1];
    if (next) assertOnGrid((number(next, 'rtp.timestamp') - ticks) >>> 0);
  }
}

/** Frames are 3000 ticks apart, to the microsecond. The camera of a busy machine may have dropped some. */
function assertOnGrid(ticks: number): void {
  const frames = Math.round(ticks / 3000);
  assert.ok(frames >= 1 && frames < 30 && Math.abs(ticks - 3000 * frames) <= 1, String(ticks));
}

function checkRtcp(packets: readonly Packet[], rtp: readonly Packet[]): void {
  const types = packets.map((packet) => packet['rtcp.pt'].join(' '));
  // SR with SDES; BYE with the last one.
  assert.deepEqual(new Set(types.slice(0, -1)), new Set(['200 202']));
  assert.equal(types.at(-1), '200 202 203');
  for (const packet of packets) {
    assert.equal(number(packet, 'rtcp.senderssrc'), ssrc);
    assert.match(packet['rtcp.sdes.text'][0] ?? '', /\S/);
    const ntpSeconds = number(packet, 'frame.time_epoch') + 2_208_988_800;
    const ageSeconds = ntpSeconds - number(packet, 'rtcp.timestamp.ntp.msw'); // of whole seconds, rounded down
    assert.ok(ageSeconds >= 0 && ageSeconds < 1.1, String(ageSeconds));
  }
  const end = packets.at(-1);
  const octets = rtp.reduce((sum, packet) => sum + payloadBytes(packet), 0);
  assert.equal(number(end, 'rtcp.sender.packetcount'), rtp.length);
  assert.equal(number(end, 'rtcp.sender.octetcount'), octets);
}

/** RFC 3550 section 6.4.1: without headers. */
function payloadBytes(packet: Packet): number {
  const [words] = packet['rtp.ext.len'];
  const extensionBytes = words === undefined ? 0 : 4 + 4 * Number(words);
  return number(packet, 'udp.length') - 8 - 12 - extensionBytes;
}

/** The value of the first of these fields that the packet has. */
function number(packet: Packet | undefined, ...names: readonly (keyof Packet)[]): number {
  const value = names.flatMap((name) => packet?.[name] ?? [])[0];
  assert.ok(value !== undefined, `no ${names.join(' or ')}`);
  return Number(value);
}

function isTrue(packet: Packet, name: keyof Packet): boolean {
  return ['1', 'True'].includes(packet[name][0] ?? '');
}
