import { until } from './processes.js';
import { twoPatterns, type WebRtcStreamer } from './webrtc-streamer.js';

interface Push {
  readonly url: string;
  readonly state: string;
  readonly reason?: string;
  readonly sinceMs: number;
  readonly retries: number;
}

/** Two patterns, of which the first is pushed. */
export function pushedPatterns(
  url: string,
  more = '',
  options: Parameters<typeof twoPatterns>[0] = {},
): string {
  return twoPatterns(options).replace('[camera1]\n', `[camera1]\nwhip_url = "${url}"\n${more}\n`);
}

export async function pushOf(streamer: WebRtcStreamer): Promise<Push | undefined> {
  const { webrtc } = await streamer.get<{ webrtc: { push?: Push } }>('/api/cameras/camera1');
  return webrtc.push;
}

export async function untilState(streamer: WebRtcStreamer, state: string): Promise<void> {
  await until(state, async () => (await pushOf(streamer))?.state === state);
}
