// A camera's output that is pushed to a server of the test's.
import type { TestContext } from 'node:test';
import { WebRtcOutput, WhipPush, type PushStatus } from '../../../lib/outputs/webrtc/index.js';
import type { WhipPushTiming } from '../../../lib/outputs/webrtc/whip-push.js';
import { monotonicUs } from '../../../lib/util/clock.js';
import { until } from '../../helpers/processes.js';
import { WhipEndpoint, type WhipEndpointOptions } from '../../helpers/whip-endpoint.js';

export const token = 'a-token-of-the-test:with/signs+=';

/** An output that has a key frame every 50 ms while it is wanted, and a push of it. */
export class Pushed {
  readonly output = new WebRtcOutput({
    ...{ name: 'camera1', codec: 'h264', bitrateBps: 1e6, minBitrateBps: 1e5, maxViewers: 1 },
    ...{ maxPacketBytes: 1200, timeoutMs: 2000, cname: 'test' },
  });
  readonly push: WhipPush;
  readonly states: PushStatus[] = [];
  isWanted = false;
  readonly #timer: NodeJS.Timeout;

  constructor(context: TestContext, url: string, timing: Partial<WhipPushTiming> = {}) {
    this.push = new WhipPush({
      ...{ url, token: () => token, output: this.output, size: () => undefined },
      timing: { firstDelayMs: 50, maxDelayMs: 200, refusedDelayMs: 300, stopTimeoutMs: 300, ...timing },
    });
    this.push.on('change', (status) => this.states.push(status));
    this.output.on('wanted', (isWanted) => (this.isWanted = isWanted));
    const data = Buffer.from([0, 0, 0, 1, 0x65, ...new Array<number>(3000).fill(0x55)]);
    this.#timer = setInterval(() => {
      if (this.isWanted) this.output.take({ data, captureTimeUs: monotonicUs(), isKeyframe: true });
    }, 50);
    context.after(() => this.end());
    this.push.start();
  }

  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.push.stop();
    this.output.close();
  }

  async until(state: PushStatus['state'], reason?: RegExp): Promise<PushStatus> {
    const fits = (status: PushStatus): boolean =>
      status.state === state && (!reason || reason.test(status.reason ?? ''));
    await until(`${state} ${String(reason)}, at ${JSON.stringify(this.states)}`, () =>
      fits(this.push.status),
    );
    return this.push.status;
  }
}

export async function start(
  context: TestContext,
  options: WhipEndpointOptions = {},
  timing: Partial<WhipPushTiming> = {},
): Promise<{ endpoint: WhipEndpoint; pushed: Pushed }> {
  const endpoint = await WhipEndpoint.start(context, options);
  return { endpoint, pushed: new Pushed(context, endpoint.url, timing) };
}
