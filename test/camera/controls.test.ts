import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ControlValue } from '../../lib/camera/index.js';
import { StreamerError } from '../../lib/errors/index.js';
import { greyClip, open, take, writeFile } from './helpers.js';

function refused(code: string, message: RegExp) {
  return (error: unknown): boolean => {
    assert.ok(error instanceof StreamerError);
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  };
}

test('sources without controls refuse them, before the start and while they run', async (t) => {
  const clip = writeFile(t, 'clip.y4m', greyClip([10, 20]));
  for (const device of ['test', `file:${clip}`]) {
    const camera = await open(t, { device });
    const set = (): void => {
      camera.setControls({ ExposureTime: 1000 });
    };
    const hasNone = refused('ERR_CAMERA_CONFIG', /^\S.* has no controls$/);
    assert.throws(set, hasNone);
    await camera.start();
    assert.throws(set, hasNone);
    assert.equal((await take(camera, 3)).length, 3);
  }
});

test('a value that no control can have is refused, with the name of the control', async (t) => {
  const camera = await open(t);
  for (const value of [null, undefined, {}, [1, '2'], 5n]) {
    assert.throws(
      () => {
        camera.setControls({ AfMode: value as ControlValue });
      },
      refused('ERR_CAMERA_CONFIG', /^the control AfMode takes true or false, a number, a name, or/),
    );
  }
});

test('a closed camera takes no controls', async (t) => {
  const camera = await open(t);
  await camera.close();
  assert.throws(
    () => {
      camera.setControls({});
    },
    refused('ERR_CLOSED', /^the camera has been closed$/),
  );
});
