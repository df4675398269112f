import { z } from 'zod';
import { key } from '../key-info.js';
import { host, hostAllowed, port, quality } from './fields.js';

export const quantizationTables = z.enum(['in-band', 'static']);

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
    meaning: 'Differentiated services code point in the IP header of each packet.',
  }),
  stats_interval_seconds: key(z.number().min(0).max(86400).default(10), {
    meaning: 'How often statistics are logged; 0 means only at the end.',
    unit: 'seconds',
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
    local_port: key(z.int().min(0).max(65535).default(0), {
      meaning: 'UDP port to send from; 0 lets the system choose.',
    }),
    quality: key(quality.default(85), { meaning: 'JPEG quality.' }),
    quantization_tables: key(quantizationTables.default('in-band'), {
      meaning: 'in-band sends the tables with each frame; static saves their bytes, for quality up to 99.',
    }),
    ssrc: key(ssrc.optional(), {
      meaning: 'Identifier of the RTP stream; 0 means random.',
      allowed: 'a whole number from 0 to 4294967295, also written as 0x12345678 or "0x12345678"',
      defaultText: 'random',
      example: '0x12345678',
    }),
  });
}
