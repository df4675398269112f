// What the server's own API takes and gives: checked, typed and documented (OpenAPI) from here.
import { z } from 'zod';
import { bitrateBound, count, framesPerSecond, port, quality, videoCodec } from '../config/index.js';
import { pushStates } from '../outputs/webrtc/index.js';
import { pipelineStates } from '../pipeline/index.js';

const number = z.number();

const controlValue = z.union([z.boolean(), number, z.string().max(64), z.array(number).max(64)]);
const controlLimit = z.union([z.boolean(), number, z.string(), z.array(number)]).nullable();

export const errorReply = z
  .object({
    error: z.string().describe('One sentence: what is wrong, and what to do'),
    status: z.int().describe('The HTTP status'),
    code: z.string().describe('See docs/errors.md'),
  })
  .describe('Why a request was refused');

const crop = z.object({ x: count, y: count, width: count, height: count });
const destination = z.object({
  host: z.string(),
  port,
  rtcpPort: port.optional().describe('Default port + 1, or port with rtcp_mux'),
});

const control = z.object({
  name: z.string().describe("libcamera's name"),
  type: z.string().describe('boolean, integer, float, string, rectangle, size or point'),
  array: z.boolean().describe('Whether it takes several values'),
  min: controlLimit,
  max: controlLimit,
  default: controlLimit,
  enumerators: z.record(z.string(), number).describe('Names that may be given for numbers'),
});

const cameraState = z.enum(pipelineStates);

const push = z
  .object({
    url: z.string().describe('Without its query'),
    state: z.enum(pushStates),
    reason: z.string().optional().describe('Why it is not connected, until it is again'),
    sinceMs: z.number().describe('When the state began; Unix time, milliseconds'),
    retries: z.int().describe('Attempts after the first one, since it was connected'),
  })
  .describe('To a media server, by WHIP; absent where none is configured');

export const cameraDetail = z
  .object({
    id: z.string().describe('As in the configuration, such as camera1'),
    state: cameraState,
    error: z
      .object({ code: z.string(), message: z.string() })
      .optional()
      .describe('Why it is stalled, restarting or failed'),
    restarts: count,
    device: z.string().describe('As in the configuration'),
    source: z.string().optional().describe('What it is; while it is open'),
    width: count.optional().describe('Pixels of the JPEG; while it is open'),
    height: count.optional(),
    colorLabel: z.string().optional(),
    settings: z.object({
      quality,
      minQuality: quality,
      maxBitrateKbps: count.describe('0: no bound'),
      minBitrateKbps: count.describe('0: a tenth of maxBitrateKbps'),
      fps: framesPerSecond,
      crop: crop.optional(),
      controls: z.record(z.string(), controlValue),
    }),
    controls: z.array(control).describe('What the camera has; none for files and the test pattern'),
    destinations: z.array(destination.extend({ isSaved: z.boolean() })),
    webrtc: z
      .object({
        codec: videoCodec,
        bitrateKbps: z.number().describe('That the encoder is told; less when a viewer has a slow way'),
        viewers: z.int(),
        maxViewers: z.int(),
        signallingPort: z.int().describe('Of the WebSocket /ws, as configured'),
        push: push.optional(),
      })
      .optional()
      .describe('Absent in mode mjpeg-rtp. POST /whep/ID watches'),
    rtp: z.object({
      enabled: z.boolean().describe('Off in mode webrtc, and where the configuration turns it off'),
      payloadType: z.int(),
      ssrc: z.int().describe('Of the stream that goes on now'),
      profile: z.enum(['universal', 'restart']),
    }),
    unsaved: z.array(z.string()).describe('Keys of the configuration file that say something else'),
  })
  .describe('One camera');
export type CameraDetail = z.infer<typeof cameraDetail>;

const latencyMs = z
  .object({
    capture: number.describe('From the sensor to the program'),
    queue: number.describe('Until the encoder begins'),
    encode: number,
    packetize: number.describe('From the last byte of the JPEG until the last packet is with the socket'),
    send: number.describe('Until the last packet has left'),
  })
  .partial();

const receiver = z.object({
  ssrc: z.int(),
  lossPercent: number,
  packetsLost: z.int(),
  jitterMs: number,
  roundTripMs: number.optional(),
});

const videoStatistics = z
  .object({
    viewers: count,
    fps: number,
    bitrateKbps: number.describe('As encoded, headers not included'),
    frameBytes: number.describe('Mean size of a frame'),
    keyframes: count.describe('Since the start'),
    latencyMs: number.describe('Mean, from capture until a frame was handed to all viewers'),
    dropped: z.record(z.string(), count).describe('Frames by reason, since the start'),
  })
  .describe('For viewers by WebRTC. Absent in mode mjpeg-rtp');

export const cameraStatistics = z
  .object({
    state: cameraState,
    restarts: count,
    frame: z.int().describe("Number of the last frame, the camera's own"),
    fps: number,
    bitrateKbps: number.describe('Of UDP payload, all destinations together'),
    captured: count,
    encoded: count,
    sent: count,
    packets: count,
    frameBytes: number.describe('Mean size of a JPEG'),
    quality: z.int().describe('Of the last frame'),
    dropped: z.record(z.string(), count).describe('Frames by reason, since the start'),
    errors: z.record(z.string(), count).describe('Of the network by reason, since the start'),
    latencyMs: latencyMs.describe('Means'),
    departureErrorP99Us: number.optional().describe('99 of 100 bursts left no later after their time'),
    receivers: z.array(receiver).describe('What receivers last reported by RTCP'),
    hasReceiver: z
      .boolean()
      .optional()
      .describe('False: packets are refused. Absent: nobody says, as UDP has no answer'),
    previews: count.describe('Clients of /stream'),
    video: videoStatistics.optional(),
  })
  .describe('Since the start, or over the last second');
export type CameraStatistics = z.infer<typeof cameraStatistics>;

export const statisticsEvent = z.object({
  timeMs: number.describe('Unix time, milliseconds'),
  cameras: z.record(z.string(), cameraStatistics),
  skewUs: number.optional().describe('By how much the second camera captures later than the first'),
});
export type StatisticsEvent = z.infer<typeof statisticsEvent>;

export const settingsChange = z
  .strictObject({
    quality: quality.describe('JPEG quality'),
    maxBitrateKbps: bitrateBound.describe('0: no bound'),
    minBitrateKbps: bitrateBound.describe(
      'Reports of losses lower the bitrate no further; 0: a tenth of maxBitrateKbps',
    ),
    minQuality: quality,
    fps: framesPerSecond.describe('The camera is opened again'),
    crop: crop.nullable().describe('Pixels after rotation; null: all. The camera is opened again'),
    controls: z
      .record(z.string().min(1).max(64), controlValue)
      .describe("By libcamera's names; those left out stay"),
  })
  .partial()
  .describe('What is to change; the rest stays');

export const newDestination = z
  .strictObject({
    host: z.string().regex(/^[^\s\x00-\x1f]{1,253}$/),
    port,
  })
  .describe('A receiver of the stream');

export const saveReply = z.object({
  file: z.string(),
  saved: z.array(z.string()).describe('Keys of the file that were changed'),
});

export const clockReply = z.object({
  monotonicUs: number.describe('Microseconds of CLOCK_MONOTONIC of this moment'),
});

export const accessReply = z.object({
  control: z.boolean().describe('Whether this client may change things'),
  mode: z.enum(['authenticated', 'strict', 'open']).describe('control_access of the configuration'),
  user: z.string().optional(),
});
export type Access = z.infer<typeof accessReply>;
