import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  listCameras,
  openCamera,
  type CameraOptions,
  type EncodingSettings,
  type Frame,
} from '../../lib/camera/index.js';
import { StreamerError, type ErrorCode } from '../../lib/errors/index.js';
import { JpegParser } from '../../lib/jpeg/index.js';
import { jpegFile } from '../jpeg/jpeg-file.js';
import { greyClip, open, take, writeFile } from './helpers.js';

async function assertRefused(options: CameraOptions, code: ErrorCode, message: RegExp): Promise<void> {
  const openAndClose = async (): Promise<void> => {
    await (await openCamera({ device: 'test', ...options })).close();
  };
  await assert.rejects(openAndClose, (error) => {
    assert.ok(error instanceof StreamerError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.doesNotMatch(error.message, /\n/);
    return true;
  });
}

const whole = { x: 0, y: 0, width: 0, height: 0 };

const outOfRange: { options: CameraOptions; message: RegExp }[] = [
  { options: { quality: 0 }, message: /^quality is 1\.\.100, not 0$/ },
  { options: { quality: 101 }, message: /^quality is 1\.\.100, not 101$/ },
  { options: { quality: 85.5 }, message: /^quality .* not 85\.5$/ },
  { options: { quality: Number.NaN }, message: /^quality .* not NaN$/ },
  { options: { width: 0 }, message: /^width is 1\.\.65500, not 0$/ },
  { options: { width: 65501 }, message: /^width .* not 65501$/ },
  { options: { width: 640.5 }, message: /^width .* not 640\.5$/ },
  { options: { height: -480 }, message: /^height .* not -480$/ },
  { options: { fps: 0 }, message: /^fps is 0\.01\.\.1000, not 0$/ },
  { options: { fps: 1001 }, message: /^fps .* not 1001$/ },
  { options: { fps: Number.POSITIVE_INFINITY }, message: /^fps .* not Infinity$/ },
  { options: { crop: { ...whole, x: -1 } }, message: /^crop\.x is 0\.\.65500, not -1$/ },
  { options: { crop: { ...whole, y: 0.5 } }, message: /^crop\.y .* not 0\.5$/ },
  { options: { crop: { ...whole, height: 65501 } }, message: /^crop\.height .* not 65501$/ },
  { options: { target: { width: -1, height: 1 } }, message: /^target\.width .* not -1$/ },
  { options: { target: { width: 320, height: 0 } }, message: /^target/ },
  { options: { target: { width: 0, height: 240 } }, message: /^target/ },
  { options: { slots: 2 }, message: /^slots is 3\.\.64, not 2$/ },
  { options: { slots: 65 }, message: /^slots .* not 65$/ },
  { options: { slots: 3.5 }, message: /^slots .* not 3\.5$/ },
  { options: { restartInterval: -1 }, message: /^restartInterval is 0\.\.65535, not -1$/ },
  { options: { restartInterval: 65536 }, message: /^restartInterval .* not 65536$/ },
  { options: { encodeThreads: 9, restartInterval: 8 }, message: /^encodeThreads is 1\.\.8, not 9$/ },
  { options: { encodeThreads: 2 }, message: /^encodeThreads is 1 without restartInterval, not 2$/ },
  { options: { device: 'file:' }, message: /^file: needs a path/ },
  { options: { width: 15, height: 480 }, message: /at least 16x16 pixels, not 15x480$/ },
  { options: { width: 640, height: 8 }, message: /at least 16x16 pixels, not 640x8$/ },
];

describe('refused as an invalid argument', () => {
  for (const { options, message } of outOfRange) {
    test(JSON.stringify(options), async () => {
      await assertRefused(options, 'ERR_INVALID_ARGUMENT', message);
    });
  }
});

test('a crop outside the picture is refused', async () => {
  const crop = { x: 600, y: 0, width: 41, height: 480 };
  await assertRefused({ crop }, 'ERR_CONFIG_CONFLICT', /crop 41x480 at 600,0 .* which is 640x480$/);
});

test('a crop is checked against the picture after it has been turned', async (t) => {
  const crop = { x: 0, y: 0, width: 64, height: 48 };
  const small = { width: 64, height: 48, crop };
  await assertRefused({ ...small, flip: 'rotate-90' }, 'ERR_CONFIG_CONFLICT', /which is 48x64$/);
  const camera = await open(t, { ...small, flip: 'rotate-180' });
  assert.deepEqual([camera.plan.width, camera.plan.height], [64, 48]);
});

test('files that cannot be played are refused', async (t) => {
  const file = (name: string, content: Uint8Array | string): string => `file:${writeFile(t, name, content)}`;
  await assertRefused({ device: 'file:/none.y4m' }, 'ERR_FILE_NOT_FOUND', /^\/none\.y4m: no such file/);
  await assertRefused({ device: file('a.y4m', 'x\n') }, 'ERR_FILE_FORMAT', /a\.y4m: does not begin with/);
  await assertRefused({ device: file('a.jpg', '') }, 'ERR_JPEG_INVALID', /a\.jpg: is empty$/);
  const jpeg = file('b.jpg', jpegFile());
  for (const options of [
    { flip: 'rotate-90' },
    { crop: { ...whole, x: 8 } },
    { target: { width: 8, height: 8 } },
  ]) {
    const typed = options as CameraOptions;
    await assertRefused(
      { device: jpeg, ...typed },
      'ERR_CONFIG_CONFLICT',
      /flip, crop and scaling need raw frames$/,
    );
  }
});

test('a camera that is not there is refused, and the message says why', async () => {
  const codes = ['ERR_CAMERA_UNAVAILABLE', 'ERR_CAMERA_NOT_FOUND'];
  for (const device of ['/base/no/such/camera', '97']) {
    await assert.rejects(openCamera({ device }), (error) => {
      assert.ok(error instanceof StreamerError && codes.includes(error.code), String(error));
      return true;
    });
  }
});

test('cameras are listed, or the error says what is missing', async () => {
  try {
    assert.ok(Array.isArray(await listCameras()));
  } catch (error) {
    assert.ok(error instanceof StreamerError);
    assert.equal(error.code, 'ERR_CAMERA_UNAVAILABLE');
    assert.match(error.message, /Run: /);
  }
});

test('scaling and turning decide the size of the frames', async (t) => {
  const camera = await open(t, { flip: 'rotate-270', target: { width: 24, height: 32 } });
  assert.deepEqual([camera.plan.width, camera.plan.height], [24, 32]);
  assert.deepEqual([camera.plan.sourceWidth, camera.plan.sourceHeight], [64, 48]);
  const [frame] = await take(camera, 1);
  assert.deepEqual([frame?.width, frame?.height], [24, 32]);
});

test('quality changes while the camera runs', async (t) => {
  const camera = await open(t, { width: 320, height: 240, quality: 95 });
  const bytes = async (): Promise<number> => (await take(camera, 4)).at(-1)?.data.length ?? 0;
  const fine = await bytes();
  camera.setQuality(10);
  const coarse = await bytes();
  assert.ok(coarse < fine / 2, `${String(coarse)} of ${String(fine)}`);
  for (const quality of [0, 101, 50.5, Number.NaN]) {
    assert.throws(() => {
      camera.setQuality(quality);
    }, /^StreamerError: quality is 1\.\.100/);
  }
});

/** MCUs, as the JPEG says (DRI); 0: none. */
function restartIntervalOf(jpeg: Uint8Array): number {
  const parser = new JpegParser();
  assert.equal(parser.parse(jpeg, jpeg.length, 'file-end'), undefined);
  return parser.restartInterval;
}

test('a consumer lowers the quality and sets the restart interval, where that is its choice', async (t) => {
  for (const restartInterval of [0, 4, 'auto'] as const) {
    const camera = await open(t, { restartInterval, quality: 90, encodeThreads: restartInterval ? 2 : 1 });
    const seen: [quality: number, interval: number, ceiling: number][] = [];
    await new Promise<void>((resolve) => {
      let ceiling = 0;
      const take = (frame: Frame): void => {
        seen.push([frame.quality, restartIntervalOf(frame.data), ceiling]);
        if (seen.length === 10) camera.setQuality(70);
        if (seen.length === 20) resolve();
      };
      const adjust = (settings: EncodingSettings): void => {
        ceiling = settings.quality;
        settings.quality = Math.min(settings.quality, 80);
        settings.restartInterval = 2;
      };
      void camera.attach({ take, adjust });
    });
    const interval = restartInterval === 'auto' ? 2 : restartInterval;
    assert.deepEqual(seen[0], [80, interval, 90]);
    assert.deepEqual(seen[9], [80, interval, 90]);
    assert.deepEqual(seen[19], [70, interval, 70]);
    await camera.close();
  }
});

test('a clip can be cropped, scaled and turned like a camera', async (t) => {
  const device = `file:${writeFile(t, 'clip.y4m', greyClip([100]))}`;
  const crop = { x: 2, y: 2, width: 12, height: 8 };
  const camera = await open(t, { device, paced: false, flip: 'vertical-flip', crop });
  const [frame] = await take(camera, 1);
  assert.deepEqual([frame?.width, frame?.height], [12, 8]);
});
