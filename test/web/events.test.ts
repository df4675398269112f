import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { CameraDetail } from '../../lib/web/index.js';
import { WebStreamer } from '../helpers/web-streamer.js';

interface ServerEvent {
  readonly name: string;
  readonly data: unknown;
}

/** The events of a stream, as they come. */
async function* eventsOf(url: string, signal: AbortSignal): AsyncGenerator<ServerEvent> {
  const response = await fetch(`${url}/api/events`, { signal });
  assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true });
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const [, name = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
      yield { name, data: JSON.parse(data) };
    }
  }
}

test('events tell of all cameras first, then of changes and, once a second, statistics', async (context) => {
  const streamer = await WebStreamer.start(context);
  const stopping = new AbortController();
  const events = eventsOf(streamer.url, stopping.signal);
  const next = async (name: string): Promise<unknown> => {
    for (;;) {
      const { value } = (await events.next()) as { value?: ServerEvent };
      assert.ok(value, `no event ${name}`);
      if (value.name === name) return value.data;
    }
  };
  const first = (await events.next()).value as ServerEvent;
  assert.equal(first.name, 'cameras');
  assert.deepEqual(
    (first.data as CameraDetail[]).map(({ id }) => id),
    ['camera1', 'camera2'],
  );
  const statistics = (await next('statistics')) as { cameras: Record<string, { frame: number }> };
  const later = (await next('statistics')) as typeof statistics;
  assert.ok((later.cameras['camera1']?.frame ?? 0) > (statistics.cameras['camera1']?.frame ?? 0));
  await streamer.send('PATCH', '/api/cameras/camera2/settings', { quality: 12 });
  const changed = (await next('camera')) as CameraDetail;
  assert.deepEqual([changed.id, changed.settings.quality], ['camera2', 12]);
  await streamer.send('POST', '/api/cameras/camera2/stop');
  assert.equal(((await next('camera')) as CameraDetail).state, 'stopped');
  stopping.abort();
});

test('no more clients than there is room for, and room again when they leave', async (context) => {
  const { url } = await WebStreamer.start(context);
  const stopping = new AbortController();
  const open = () => fetch(`${url}/api/events`, { signal: stopping.signal });
  const responses = await Promise.all(Array.from({ length: 32 }, open));
  assert.ok(responses.every(({ status }) => status === 200));
  assert.equal((await open()).status, 429);
  stopping.abort();
  for (let status = 0; status !== 200;) {
    const again = new AbortController();
    ({ status } = await fetch(`${url}/api/events`, { signal: again.signal }));
    again.abort();
  }
});
