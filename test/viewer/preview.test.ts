import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { test } from 'node:test';
import { JpegParser } from '../../lib/jpeg/index.js';
import type { CameraDetail } from '../../lib/web/index.js';
import { until } from '../helpers/processes.js';
import { WebStreamer } from '../helpers/web-streamer.js';

/** The size of a JPEG, which has to be whole. */
function sizeOf(jpeg: Buffer): [width: number, height: number] {
  const parser = new JpegParser();
  assert.equal(parser.parse(jpeg, jpeg.length, 'file-end'), undefined);
  return [parser.width, parser.height];
}

interface Part {
  readonly jpeg: Buffer;
  readonly timestamp: number;
}

/** Reads parts of a stream as a player does that goes by Content-Length. */
async function readParts(url: string, count: number): Promise<Part[]> {
  const stopping = new AbortController();
  const response = await fetch(url, { signal: stopping.signal });
  assert.equal(response.status, 200);
  const boundary = /boundary=(\S+)/.exec(response.headers.get('content-type') ?? '')?.[1] ?? '';
  const parts: Part[] = [];
  let rest = Buffer.alloc(0);
  for await (const chunk of response.body ?? []) {
    rest = Buffer.concat([rest, chunk as Uint8Array]);
    for (let part = takePart(rest, boundary); part; part = takePart(rest, boundary)) {
      parts.push(part);
      rest = rest.subarray(part.end);
    }
    if (parts.length >= count) break;
  }
  stopping.abort();
  return parts;
}

function takePart(bytes: Buffer, boundary: string): (Part & { readonly end: number }) | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n') + 4;
  if (headEnd < 4) return undefined;
  const head = bytes.subarray(0, headEnd).toString();
  assert.match(head, new RegExp(`^--${boundary}\r\nContent-Type: image/jpeg\r\n`));
  const length = Number(/Content-Length: (\d+)/.exec(head)?.[1]);
  const timestamp = Number(/X-Timestamp: ([\d.]+)/.exec(head)?.[1]);
  const end = headEnd + length + 2;
  return bytes.length < end
    ? undefined
    : { jpeg: Buffer.from(bytes.subarray(headEnd, headEnd + length)), timestamp, end };
}

test('a player gets every frame, whole, with its length and time', async (context) => {
  const { url } = await WebStreamer.start(context);
  // Not the first ones: client and server are one process, which is still getting faster.
  const parts = (await readParts(`${url}/stream/camera1.mjpg`, 60)).slice(-30);
  for (const { jpeg } of parts) assert.deepEqual(sizeOf(jpeg), [320, 240]);
  const gaps = parts.slice(1).map(({ timestamp }, i) => timestamp - (parts[i]?.timestamp ?? 0));
  for (const gap of gaps) assert.ok(Math.abs(gap - 1 / 30) < 0.001, gaps.join(' '));
});

test('Chromium gets the beginning of the next part with each, or it would show the frame before', async (context) => {
  const { url } = await WebStreamer.start(context);
  const stopping = new AbortController();
  const headers = {
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0.0.0 Safari/537.36',
  };
  const { body } = await fetch(`${url}/stream/camera1.mjpg`, { headers, signal: stopping.signal });
  const reader = (body as ReadableStream<Uint8Array>).getReader();
  let bytes = Buffer.alloc(0);
  const opening = Buffer.from('\r\n--pi-camera-streamer-frame\r\nContent-Type: image/jpeg\r\n\r\n');
  for (let ends = 0; ends < 3;) {
    const { value } = await reader.read();
    bytes = Buffer.concat([bytes, value ?? new Uint8Array()]);
    const end = bytes.lastIndexOf(Buffer.from([0xff, 0xd9]));
    // What comes behind a picture came with it.
    if (bytes.subarray(end + 2).equals(opening)) ends += 1;
  }
  assert.doesNotMatch(bytes.toString('latin1'), /Content-Length/);
  stopping.abort();
});

test('fewer frames and smaller pictures for who asks for them', async (context) => {
  const { url } = await WebStreamer.start(context);
  const [slow, half, eighth] = await Promise.all([
    readParts(`${url}/stream/camera1.mjpg?fps=5`, 4),
    readParts(`${url}/stream/camera1.mjpg?scale=1/2`, 5),
    readParts(`${url}/stream/camera1.mjpg?scale=1/8&fps=10`, 3),
  ]);
  const gap = ((slow[3]?.timestamp ?? 0) - (slow[0]?.timestamp ?? 0)) / 3;
  assert.ok(Math.abs(gap - 0.2) < 0.01, String(gap));
  for (const { jpeg } of half) assert.deepEqual(sizeOf(jpeg), [160, 120]);
  for (const { jpeg } of eighth) assert.deepEqual(sizeOf(jpeg), [40, 30]);
  for (const query of ['fps=0', 'fps=x', 'scale=1/3', 'scale=2']) {
    assert.equal((await fetch(`${url}/stream/camera1.mjpg?${query}`)).status, 400, query);
  }
});

test('no more previews than there may be, and room again when one ends', async (context) => {
  const streamer = await WebStreamer.start(context, 'max_previews = 2');
  const stopping = new AbortController();
  const open = (id: string) => fetch(`${streamer.url}/stream/${id}.mjpg`, { signal: stopping.signal });
  assert.deepEqual([(await open('camera1')).status, (await open('camera2')).status], [200, 200]);
  const refused = await open('camera1');
  assert.deepEqual(
    [refused.status, ((await refused.json()) as { code: string }).code],
    [429, 'ERR_TOO_MANY'],
  );
  stopping.abort();
  await until('room', async () => {
    const again = new AbortController();
    const { status } = await fetch(`${streamer.url}/stream/camera1.mjpg`, { signal: again.signal });
    again.abort();
    return status === 200;
  });
});

test('a stream waits while its camera is stopped, and goes on when it is started', async (context) => {
  const streamer = await WebStreamer.start(context);
  const parts = readParts(`${streamer.url}/stream/camera1.mjpg`, 60);
  await new Promise((resolve) => setTimeout(resolve, 300));
  await streamer.send('POST', '/api/cameras/camera1/stop');
  await streamer.send('POST', '/api/cameras/camera1/start');
  assert.ok((await parts).length >= 60);
});

test('who stops reading holds up nobody, and no frame', async (context) => {
  const streamer = await WebStreamer.start(context);
  const stuck: Socket[] = [];
  for (let i = 0; i < 3; i++) {
    const socket = connect(streamer.port, '127.0.0.1');
    socket.write('GET /stream/camera1.mjpg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
    socket.pause();
    stuck.push(socket);
  }
  context.after(() => {
    for (const socket of stuck) socket.destroy();
  });
  const parts = await readParts(`${streamer.url}/stream/camera1.mjpg`, 150);
  const gaps = parts.slice(1).map(({ timestamp }, i) => timestamp - (parts[i]?.timestamp ?? 0));
  assert.ok(Math.max(...gaps) < 0.05, gaps.join(' '));
  const { restarts, state } = await streamer.get<CameraDetail>('/api/cameras/camera1');
  assert.deepEqual([restarts, state], [0, 'streaming']);
  const { statistics } = await streamer.get<{ statistics: { cameras: Record<string, { dropped: object }> } }>(
    '/api/stats',
  );
  assert.deepEqual(statistics.cameras['camera1']?.dropped, {});
});

test('what streams has no HEAD, which would take a place and never end', async (context) => {
  const { url } = await WebStreamer.start(context, 'max_previews = 1');
  for (const where of ['/stream/camera1.mjpg', '/api/events']) {
    const { status } = await fetch(url + where, { method: 'HEAD', signal: AbortSignal.timeout(5000) });
    assert.equal(status, 404, where);
  }
});
