import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { WebStreamer } from '../helpers/web-streamer.js';

test('clients that vanish with their request are no error', async (context) => {
  const streamer = await WebStreamer.start(context);
  for (let i = 0; i < 300; i++) {
    await new Promise<void>((resolve) => {
      const socket = connect(streamer.port, '127.0.0.1', () => {
        socket.write('GET /api/status HTTP/1.1\r\nHost: localhost\r\n\r\n', () => {
          socket.resetAndDestroy();
          resolve();
        });
      });
    });
  }
  await streamer.get('/api/status');
  assert.doesNotMatch(streamer.log, /"level":(50|60)/);
});
