import type { PipelineState } from '../../pipeline/index.js';

/** What the status line says of a camera. */
export interface CameraStatus {
  readonly name: string;
  readonly state: PipelineState;
  /** Frames that the camera delivers a second; undefined: not known yet. */
  readonly fps: number | undefined;
  /** Where RTP goes to; empty: nowhere. */
  readonly destination: string;
  /** Of WebRTC; undefined: none are possible. */
  readonly viewers: number | undefined;
  /** Of the last failure. */
  readonly errorCode: string | undefined;
}

/** systemd shows it in one line of a terminal, and takes much more. */
const maxCharacters = 400;

/** Such as `camera1 streaming 30.0 fps to 10.0.0.2:5000 · camera2 restarting: ERR_CAMERA_DISCONNECTED`. */
export function statusLine(cameras: readonly CameraStatus[], stuck: readonly string[] = []): string {
  const parts = [...stuck.map((thread) => `${thread} is stuck`), ...cameras.map(describe)];
  const text = parts.join(' · ');
  return text.length <= maxCharacters ? text : `${text.slice(0, maxCharacters - 1)}…`;
}

function describe({ name, state, fps, destination, viewers, errorCode }: CameraStatus): string {
  if (state === 'stalled' || state === 'restarting' || state === 'failed') {
    return `${name} ${state}${errorCode === undefined ? '' : `: ${errorCode}`}`;
  }
  if (state !== 'streaming') return `${name} ${state}`;
  return [
    `${name} streaming`,
    ...(fps === undefined ? [] : [`${fps.toFixed(1)} fps`]),
    ...(destination === '' ? [] : [`to ${destination}`]),
    ...(viewers === undefined ? [] : [`(${String(viewers)} ${viewers === 1 ? 'viewer' : 'viewers'})`]),
  ].join(' ');
}
