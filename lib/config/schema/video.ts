// The sections of WebRTC and its video encoders.
import { z } from 'zod';
import { key } from '../key-info.js';
import { count, port } from './fields.js';

const bitrate = z.int().min(1);
const keyframeInterval = z.int().min(1);
const cpuUsed = z.int().min(-16).max(16);

export const webrtcSection = z.strictObject({
  stun_server: key(z.string().default('stun:stun.l.google.com:19302'), {
    meaning: 'STUN server; empty means none.',
    effect: 'webrtc',
  }),
  max_clients: key(z.int().min(1).default(4), { meaning: 'Viewers per camera.', effect: 'webrtc' }),
  mtu: key(z.int().min(256).max(65507).default(1200), {
    meaning: 'Largest RTP packet.',
    unit: 'bytes',
    effect: 'webrtc',
  }),
  latency: key(count.default(200), { meaning: 'Latency aimed at.', unit: 'milliseconds', effect: 'webrtc' }),
  timeout: key(count.default(10000), {
    meaning: 'When a silent viewer is given up.',
    unit: 'milliseconds',
    effect: 'webrtc',
  }),
  codec: key(z.string().optional(), { meaning: 'Video codec.', example: 'h264', effect: 'webrtc' }),
  bitrate: key(bitrate.optional(), {
    meaning: 'Video bitrate.',
    unit: 'bit/s',
    example: 2000000,
    effect: 'webrtc',
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
  codec: key(z.string().default('h264'), { meaning: 'Video codec.', effect: 'webrtc' }),
  'encoder-preset': key(z.string().optional(), {
    meaning: 'Speed of the encoder against its quality.',
    example: 'ultrafast',
    effect: 'webrtc',
  }),
  'keyframe-interval': key(keyframeInterval.default(30), {
    meaning: 'Frames from one key frame to the next.',
    unit: 'frames',
    effect: 'webrtc',
  }),
  'cpu-used': key(cpuUsed.optional(), {
    meaning: 'Speed of the VP8 encoder.',
    example: 8,
    effect: 'webrtc',
  }),
  bitrate: key(bitrate.default(2000000), { meaning: 'Video bitrate.', unit: 'bit/s', effect: 'webrtc' }),
});

export const encodingSection = z.strictObject({
  codec: key(z.string().default('vp8'), { meaning: 'Video codec.', effect: 'webrtc' }),
  bitrate: key(bitrate.optional(), {
    meaning: 'Video bitrate.',
    unit: 'bit/s',
    example: 2000000,
    effect: 'webrtc',
  }),
  keyframe_interval: key(keyframeInterval.optional(), {
    meaning: 'Frames from one key frame to the next.',
    unit: 'frames',
    example: 30,
    effect: 'webrtc',
  }),
  cpu_used: key(cpuUsed.optional(), {
    meaning: 'Speed of the VP8 encoder.',
    example: 8,
    effect: 'webrtc',
  }),
});
