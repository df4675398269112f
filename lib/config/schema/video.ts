// The sections of WebRTC and its video encoders.
import { z } from 'zod';
import { key } from '../key-info.js';
import { count, port } from './fields.js';

export const videoCodec = z.enum(['h264', 'vp8']);
/** Names of x264. */
export const encoderPreset = z.enum([
  'ultrafast',
  'superfast',
  'veryfast',
  'faster',
  'fast',
  'medium',
  'slow',
  'slower',
  'veryslow',
]);
/** Below it no picture is recognizable, above it no encoder here has use for more. */
const bitrate = z.int().min(50_000).max(100_000_000);
const keyframeInterval = z.int().min(1).max(10_000);
const cpuUsed = z.int().min(-16).max(16);

const cpuUsedInfo = {
  meaning: 'Speed of the VP8 encoder against its quality: 1 is best, 16 fastest. The sign does not count.',
  defaultText: '8',
  example: 8,
};

export const webrtcSection = z.strictObject({
  stun_server: key(z.string().default('stun:stun.l.google.com:19302'), {
    meaning: 'STUN server, for viewers behind other networks; empty means none.',
  }),
  max_clients: key(z.int().min(1).max(64).default(4), { meaning: 'Viewers per camera.' }),
  mtu: key(z.int().min(256).max(1460).default(1200), {
    meaning: 'Largest RTP packet, before it is encrypted.',
    unit: 'bytes',
  }),
  timeout: key(z.int().min(1000).max(600_000).default(10_000), {
    meaning: 'When a viewer is given up that does not connect, or of which nothing is heard any more.',
    unit: 'milliseconds',
  }),
  codec: key(videoCodec.optional(), {
    meaning: 'Video codec, before [video] and [encoding].',
    example: 'h264',
  }),
  bitrate: key(bitrate.optional(), {
    meaning: 'Video bitrate at most, before [video] and [encoding].',
    unit: 'bit/s',
    example: 2000000,
  }),
  min_bitrate: key(bitrate.optional(), {
    meaning: 'Video bitrate at least, however bad the way to a viewer is.',
    unit: 'bit/s',
    defaultText: '150000',
    example: 150000,
  }),
  hardware_encoder: key(z.boolean().default(true), {
    meaning: 'Whether H.264 is made by hardware where there is some (Raspberry Pi 4, Zero 2 W).',
  }),
  bind_address: key(z.string().default(''), {
    meaning: 'Address of this machine that video is sent from; empty: any.',
  }),
  udp_ports: key(
    z
      .string()
      .regex(/^$|^\d{1,5}-\d{1,5}$/, 'is a range such as 50000-50100')
      .default(''),
    {
      meaning: 'Range of UDP ports that video leaves from, such as 50000-50100, for firewalls; empty: any.',
      allowed: 'FIRST-LAST',
    },
  ),
  latency: key(count.default(200), {
    meaning: 'Buffer of the Go system; here nothing is buffered.',
    unit: 'milliseconds',
    effect: 'none',
  }),
  enabled: key(z.boolean().optional(), {
    meaning: 'What is streamed is decided by the -mode option alone.',
    example: true,
    effect: 'none',
  }),
  webrtc_port_1: key(port.optional(), {
    meaning: 'Older form of webrtc_port in [camera1].',
    example: 5557,
    effect: 'none',
  }),
  webrtc_port_2: key(port.optional(), {
    meaning: 'Older form of webrtc_port in [camera2].',
    example: 5558,
    effect: 'none',
  }),
  data_channels: key(z.union([z.boolean(), count]).optional(), {
    meaning: 'Data channels of the Go system.',
    allowed: 'true, false or a whole number',
    example: false,
    effect: 'none',
  }),
});

export const videoSection = z.strictObject({
  codec: key(videoCodec.optional(), {
    meaning: 'Video codec.',
    defaultText: "[encoding]'s, or h264",
    example: 'h264',
  }),
  'encoder-preset': key(encoderPreset.default('ultrafast'), {
    meaning:
      'Speed of the H.264 encoder against its quality; there are three steps: up to fast, medium, from slow.',
  }),
  'keyframe-interval': key(keyframeInterval.optional(), {
    meaning: 'Frames from one key frame to the next; viewers ask for more when they need them.',
    unit: 'frames',
    defaultText: "[encoding]'s, or 30",
    example: 30,
  }),
  'cpu-used': key(cpuUsed.optional(), { ...cpuUsedInfo, defaultText: "[encoding]'s, or 8" }),
  bitrate: key(bitrate.optional(), {
    meaning: 'Video bitrate at most.',
    unit: 'bit/s',
    defaultText: "[encoding]'s, or 2000000",
    example: 2000000,
  }),
});

export const encodingSection = z.strictObject({
  codec: key(videoCodec.optional(), {
    meaning: 'Video codec, where [video] has none.',
    defaultText: 'h264',
    example: 'vp8',
  }),
  bitrate: key(bitrate.optional(), {
    meaning: 'Video bitrate, where [video] has none.',
    unit: 'bit/s',
    defaultText: '2000000',
    example: 2000000,
  }),
  keyframe_interval: key(keyframeInterval.optional(), {
    meaning: 'Frames from one key frame to the next, where [video] does not say.',
    unit: 'frames',
    defaultText: '300',
    example: 30,
  }),
  cpu_used: key(cpuUsed.optional(), cpuUsedInfo),
});
