import { z } from 'zod';
import { key } from '../key-info.js';
import { bitrateBound, host, hostAllowed, port, quality } from './fields.js';

export const quantizationTables = z.enum(['in-band', 'static', 'numbered']);
export const pacingMode = z.enum(['auto', 'thread', 'off']);
export const receiverProfile = z.enum(['universal', 'restart']);
export const restartInterval = z.union([z.literal('auto'), z.int().min(1).max(65535)]);
export const socketKind = z.enum(['native', 'dgram']);

const destination = z
  .string()
  .regex(/^(\[[^\]\s]+\]|[^:\s]+):\d{1,5}$/)
  .refine((text) => port.safeParse(Number(text.slice(text.lastIndexOf(':') + 1))).success);

const ssrc = z.union([z.int().min(0).max(0xffffffff), z.string().regex(/^0[xX][0-9a-fA-F]{1,8}$/)]);

/** The keys of `[mjpeg-rtp]` that hold for all cameras. */
export const rtpKeys = {
  enabled: key(z.boolean().default(false), {
    meaning: 'What is streamed is decided by the -mode option alone.',
    effect: 'none',
  }),
  mtu: key(z.int().min(256).max(65507).default(1400), {
    meaning: 'Largest RTP packet, its headers included but not those of IP and UDP.',
    unit: 'bytes',
  }),
  dscp: key(z.int().min(0).max(63).default(0), {
    meaning: 'Differentiated services code point of each RTP packet, and of RTCP with rtcp_mux.',
  }),
  ttl: key(z.int().min(0).max(255).default(0), {
    meaning: "TTL or hop limit of each packet; 0 means the system's, and 1 for multicast.",
  }),
  bind_address: key(z.string().default(''), {
    meaning: 'Address of this machine that packets leave from; empty means any.',
    allowed: 'an IP address, or ""',
  }),
  multicast_interface: key(z.string().default(''), {
    meaning: 'Network interface that multicast leaves by, such as eth0; empty means by the routing table.',
  }),
  multicast_loopback: key(z.boolean().default(true), {
    meaning: 'Let receivers on this machine hear multicast.',
  }),
  pacing: key(pacingMode.default('auto'), {
    meaning:
      "How a frame's packets are spread over time: auto lets the kernel do it where it can, thread does not, off sends them all at once.",
  }),
  pacing_spread: key(z.number().min(0.01).max(1).default(0.5), {
    meaning: 'The part of the time between two frames that packets are spread over at most.',
  }),
  sub_frame: key(z.boolean().default(true), {
    meaning: 'Send packets while their frame is still being encoded.',
  }),
  rtcp: key(z.boolean().default(true), {
    meaning: 'Send RTCP sender reports, and take receiver reports.',
  }),
  rtcp_mux: key(z.boolean().default(false), { meaning: 'RTCP on the port of RTP (RFC 5761).' }),
  abs_capture_time: key(z.boolean().default(false), {
    meaning: 'Send the wall clock time of capture with each frame, as an RTP header extension.',
  }),
  socket: key(socketKind.default('native'), {
    meaning: "dgram sends by node's own sockets, for systems on which native does not work.",
  }),
  stats_interval_seconds: key(z.number().min(0).max(86400).default(10), {
    meaning: 'How often statistics are logged; 0 means only at the end.',
    unit: 'seconds',
  }),
};

const encoderKeys = {
  quality: key(quality.default(85), { meaning: 'JPEG quality.' }),
  max_bitrate_kbps: key(bitrateBound.default(0), {
    meaning:
      'Most that is sent to a destination, with the headers of RTP, UDP and IP: quality is lowered to keep to it; 0 means no bound.',
    unit: 'kbit/s',
  }),
  min_bitrate_kbps: key(bitrateBound.default(0), {
    meaning:
      'Receivers that report losses lower the bitrate no further than to this; only with max_bitrate_kbps; 0 means a tenth of max_bitrate_kbps, which is about what Wi-Fi carries at the edge of its range.',
    unit: 'kbit/s',
  }),
  min_quality: key(quality.default(20), {
    meaning: 'JPEG quality below which frames are left out rather; only with max_bitrate_kbps.',
  }),
  quantization_tables: key(quantizationTables.optional(), {
    meaning:
      'in-band sends the tables with each frame, for that frame alone; static saves their bytes, for quality up to 99; numbered is static, and with quality 100 sends tables that a receiver may keep.',
    defaultText: '"in-band", or "numbered" with profile "restart"',
    example: 'in-band',
  }),
  profile: key(receiverProfile.default('universal'), {
    meaning:
      'universal is understood by every receiver; restart puts restart markers into the picture and whole intervals into packets, so that a lost packet costs little, and several threads can encode a frame.',
  }),
  restart_interval: key(restartInterval.default('auto'), {
    meaning:
      'MCUs (16x16 pixels, 16x8 in 4:2:2) from one restart marker to the next; auto lets several intervals fit into a packet; only with profile "restart".',
    allowed: '"auto", or a whole number from 1 to 65535',
  }),
  encode_threads: key(z.int().min(1).max(8).default(1), {
    meaning: 'Threads that encode a frame together; more than one only with profile "restart".',
  }),
};

/** The section `[mjpeg-rtp.cameraN]`, N being `cameraNumber`, of which some defaults depend. */
export function rtpCameraSection(cameraNumber: number) {
  return z.strictObject({
    enabled: key(z.boolean().optional(), {
      meaning: 'Send this camera by RTP.',
      defaultText: 'true if dest_host is set, else false',
      example: true,
    }),
    dest_host: key(z.union([z.literal(''), host]).optional(), {
      meaning: 'Who receives. Setting it enables the camera, unless enabled = false; "" counts as not set.',
      allowed: hostAllowed,
      defaultText: '127.0.0.1',
      example: '127.0.0.1',
    }),
    dest_port: key(port.default(5000 + 2 * (cameraNumber - 1)), {
      meaning: 'UDP port of the receiver.',
      defaultText: '5000 for camera1, 5002 for camera2, two more for each further camera',
    }),
    destinations: key(z.array(destination).default([]), {
      meaning:
        'Further receivers of the same packets. Setting them enables the camera, unless enabled = false.',
      allowed: 'an array of "HOST:PORT", IPv6 as "[ADDRESS]:PORT"',
      example: ['192.168.1.20:5000', '239.1.1.1:5004'],
    }),
    local_port: key(z.int().min(0).max(65535).default(0), {
      meaning: 'UDP port to send from; 0 lets the system choose.',
    }),
    rtcp_port: key(z.int().min(0).max(65535).default(0), {
      meaning: "The receiver's port for RTCP; 0 means dest_port + 1, or dest_port with rtcp_mux.",
    }),
    rtcp_local_port: key(z.int().min(0).max(65535).default(0), {
      meaning: 'UDP port for RTCP here; 0 means local_port + 1, or any where local_port is 0.',
    }),
    ...encoderKeys,
    ssrc: key(ssrc.optional(), {
      meaning: 'Identifier of the RTP stream; 0 means random.',
      allowed: 'a whole number from 0 to 4294967295, also written as 0x12345678 or "0x12345678"',
      defaultText: 'random',
      example: '0x12345678',
    }),
  });
}
