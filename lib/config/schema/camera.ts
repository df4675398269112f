import { z } from 'zod';
import { key } from '../key-info.js';
import {
  bearerToken,
  count,
  device,
  deviceAllowed,
  framesPerSecond,
  pictureSize,
  serverUrl,
  webPort,
} from './fields.js';

export const flipMethod = z.enum([
  '',
  'none',
  'vertical-flip',
  'horizontal-flip',
  'rotate-90',
  'rotate-180',
  'rotate-270',
]);
export const syncMode = z.enum(['off', 'server', 'client']);
export const colorRange = z.enum(['auto', 'full', 'limited']);

const controlValue = z.union([z.boolean(), z.number(), z.string(), z.array(z.number())]);
const targetSize = z.union([z.literal(0), pictureSize]).default(0);
const targetAllowed = 'a whole number from 16 to 16383, or 0 for not set';

const crop = z.strictObject({
  x: key(count.default(0), { meaning: 'Left edge; odd numbers are rounded down.', unit: 'pixels' }),
  y: key(count.default(0), { meaning: 'Upper edge; odd numbers are rounded down.', unit: 'pixels' }),
  width: key(count.default(0), { meaning: 'Width; 0 reaches to the right edge.', unit: 'pixels' }),
  height: key(count.default(0), { meaning: 'Height; 0 reaches to the lower edge.', unit: 'pixels' }),
});

const picture = {
  width: key(pictureSize.default(640), {
    meaning: 'Width that the camera delivers, before rotation, crop and scaling.',
    unit: 'pixels',
  }),
  height: key(pictureSize.default(480), {
    meaning: 'Height that the camera delivers, before rotation, crop and scaling.',
    unit: 'pixels',
  }),
  fps: key(framesPerSecond.default(30), { meaning: 'Frame rate; may be a fraction.', unit: 'frames/s' }),
  flip_method: key(flipMethod.default('none'), {
    meaning: 'How the picture is turned; rotations are clockwise.',
  }),
  scaling_enabled: key(z.boolean().default(false), {
    meaning: 'Scale the picture, after rotation and crop, to target-width and target-height.',
  }),
  'target-width': key(targetSize, {
    meaning: 'Width of the scaled picture; only used with scaling_enabled.',
    unit: 'pixels',
    allowed: targetAllowed,
  }),
  'target-height': key(targetSize, {
    meaning: 'Height of the scaled picture; only used with scaling_enabled.',
    unit: 'pixels',
    allowed: targetAllowed,
  }),
  color_range: key(colorRange.default('auto'), {
    meaning: 'Range of the colour values that the camera delivers; auto believes what the camera says.',
  }),
};

const sensor = {
  sensor_mode: key(
    z
      .string()
      .regex(/^([1-9]\d{1,4}x[1-9]\d{1,4}(:\d{1,2})?)?$/)
      .default(''),
    {
      meaning:
        'Mode of the sensor to capture in, for its field of view or speed; empty lets libcamera choose.',
      allowed: '"WIDTHxHEIGHT" or "WIDTHxHEIGHT:BITS" such as "2304x1296:10", or ""',
    },
  ),
  sync_mode: key(syncMode.default('off'), {
    meaning:
      "Expose at the same time as other cameras: one is the server, the others are clients. Only where libcamera has the control, as in Raspberry Pi's builds.",
  }),
  tuning_file: key(z.string().default(''), {
    meaning: "Path of a libcamera tuning file; empty means the sensor's own.",
  }),
};

const fileSource = {
  loop: key(z.boolean().default(true), { meaning: 'Start again at the end. Only for device "file:PATH".' }),
  paced: key(z.boolean().default(true), {
    meaning: 'Play at fps, not as fast as possible. Only for device "file:PATH".',
  }),
};

const whip = {
  whip_url: key(z.union([z.literal(''), serverUrl]).default(''), {
    meaning:
      "WHIP endpoint (RFC 9725) of a media server that the camera's video is sent to; empty: none. Only with WebRTC.",
    allowed: 'an http or https URL without user, password and fragment, or ""',
    isSecret: true,
  }),
  whip_token: key(z.union([z.literal(''), bearerToken]).default(''), {
    meaning: 'Token for that server, sent as "Authorization: Bearer TOKEN"; empty: none.',
    allowed: 'a token of visible ASCII characters, 4096 at most, or ""',
    isSecret: true,
  }),
  whip_token_file: key(z.string().default(''), {
    meaning: 'File that holds the token, in place of whip_token; it is read for each attempt.',
  }),
};

/** The section `[cameraN]`, N being `cameraNumber`, of which some defaults depend. */
export function cameraSection(cameraNumber: number) {
  return z.strictObject({
    device: key(device.default(''), {
      meaning:
        'Which camera: id, index, auto (the first), test (a moving pattern) or file:PATH (y4m or JPEGs).',
      allowed: deviceAllowed,
    }),
    required: key(z.boolean().default(false), {
      meaning:
        'Whether the program refuses to start when the camera is not there, with exit code 2. Otherwise it is waited for.',
    }),
    ...picture,
    ...sensor,
    ...fileSource,
    webrtc_port: key(webPort.default(5556 + cameraNumber), {
      meaning:
        "TCP port of the camera's own for the WebSocket of the Go system's clients; 0 lets the system choose, and the log says which.",
      defaultText: '5557 for camera1, 5558 for camera2, one more for each further camera',
    }),
    ...whip,
    crop: key(crop.prefault({}), {
      meaning: 'The part of the picture that is sent, in pixels of the picture after rotation.',
    }),
    controls: key(z.record(z.string().min(1), controlValue).default({}), {
      meaning: 'Controls set at the start, by the names libcamera gives them. May be a section of its own.',
      example: { ExposureTime: 8000, AnalogueGain: 2.0 },
      allowed: 'a table of control names, each with true, false, a number, a string or an array of numbers',
    }),
  });
}
