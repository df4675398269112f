import assert from 'node:assert/strict';
import { test } from 'node:test';
import { writeHeaderExtension } from '../../../lib/outputs/webrtc/header-extensions.js';
import { headerExtensionOffset, PacketHistory } from '../../../lib/outputs/webrtc/packet-history.js';
import { parseRtpPacket } from '../../../lib/rtp/index.js';

const maxPacketBytes = 200;
const noExtensions = { transportSequence: 0, playoutDelay: 0, absSendTime: 0 };

function historyWith(packets: number): { history: PacketHistory; first: number } {
  const history = new PacketHistory(maxPacketBytes, 7);
  history.beginFrame(1000);
  for (let i = 0; i < packets; i++) history.add([i & 0xff], new Uint8Array([9, 9, 9]), 1, 3, false);
  return { history, first: history.frame[0]?.sequenceNumber ?? NaN };
}

test('a packet has header, extension and payload, and is found again', () => {
  const { history, first } = historyWith(3);
  const bytes = history.find((first + 2) & 0xffff)?.bytes ?? new Uint8Array();
  writeHeaderExtension(bytes, headerExtensionOffset, noExtensions, 0, 0); // as before each sending
  const packet = parseRtpPacket(bytes);
  assert.ok(packet.ok);
  assert.equal(packet.value.sequenceNumber, (first + 2) & 0xffff);
  assert.equal(packet.value.rtpTimestamp, 1000);
  assert.equal(packet.value.ssrc, 7);
  assert.notEqual(packet.value.extensionOffset, 0);
  assert.deepEqual([...bytes.subarray(packet.value.payloadOffset)], [2, 9, 9]);
});

test('the largest payload makes the largest packet', () => {
  const history = new PacketHistory(maxPacketBytes, 7);
  history.beginFrame(0);
  history.add([], new Uint8Array(history.maxPayloadBytes), 0, history.maxPayloadBytes, true);
  assert.equal(history.frame[0]?.bytes.length, maxPacketBytes);
});

test('what is too old, or was never there, is not found', () => {
  const { history, first } = historyWith(70_000); // sequence numbers begin anew meanwhile
  const last = (first + 69_999) & 0xffff;
  assert.ok(history.find(last));
  // libsrtp's window has 1024 packets: what is older ends the session.
  assert.ok(history.find((last - 999) & 0xffff));
  assert.equal(history.find((last - 1000) & 0xffff), undefined);
  assert.equal(history.find((last + 1) & 0xffff), undefined);
});
