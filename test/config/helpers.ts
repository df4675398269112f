import assert from 'node:assert/strict';
import { parseConfig, type CameraConfig } from '../../lib/config/index.js';
import { StreamerError, type ErrorCode } from '../../lib/errors/index.js';

/** Asserts that this throws a StreamerError with this code and exactly this message, or one that matches. */
export function assertFails(action: () => unknown, code: ErrorCode, message: string | RegExp): void {
  assert.throws(action, (error) => {
    assert.ok(error instanceof StreamerError);
    assert.equal(error.code, code);
    assert.doesNotMatch(error.message, /\n/);
    if (typeof message === 'string') assert.equal(error.message, message);
    else assert.match(error.message, message);
    return true;
  });
}

/** The cameras of a configuration with this text. */
export function camerasOf(text: string): readonly CameraConfig[] {
  return parseConfig(text, 'config.toml').config.cameras;
}

/** The first of them. */
export function cameraOf(text: string): CameraConfig {
  const [camera] = camerasOf(text);
  assert.ok(camera);
  return camera;
}
