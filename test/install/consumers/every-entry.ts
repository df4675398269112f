// A program that uses every entry point of the package.
import {
  openCamera,
  openReceiver,
  RtpOutput,
  StreamerError,
  type CameraOptions,
  type ErrorCode,
  type Frame,
  type FrameConsumer,
  type FrameCopy,
  type Receiver,
  type RtpOutputOptions,
} from 'pi-camera-streamer';
import { JpegParser, type JpegRefusal } from 'pi-camera-streamer/jpeg';
import {
  jpegClockRateHz,
  jpegPayloadType,
  JpegPacketizer,
  PacketBatch,
  parseRtpPacket,
  type JpegPacketizerOptions,
  type ParseResult,
  type RtpPacket,
} from 'pi-camera-streamer/rtp';
import {
  describeSession,
  parseSession,
  type DescribedStream,
  type SessionDescriptionOptions,
} from 'pi-camera-streamer/sdp';

class LastFrame implements FrameConsumer {
  copy: FrameCopy | undefined;

  take(frame: Frame): void {
    this.copy = frame.copy();
  }
}

async function firstFrame(options: CameraOptions): Promise<FrameCopy> {
  const camera = await openCamera(options);
  const last = new LastFrame();
  await camera.attach(last);
  for await (const frame of camera.frames()) {
    if (frame.byteLength > 0) break;
  }
  await camera.close();
  if (!last.copy) throw new Error('no frame');
  return last.copy;
}

function packetsOf(jpeg: Uint8Array, options: JpegPacketizerOptions): Uint8Array[] {
  const parser = new JpegParser();
  const batch = new PacketBatch();
  const refusal: JpegRefusal | undefined =
    parser.parse(jpeg, jpeg.length, 'search') ??
    new JpegPacketizer(options).packetize(parser, jpeg, 0, batch);
  if (refusal) throw new Error(refusal.message);
  return Array.from({ length: batch.packetCount }, (_, index) => batch.packet(index, jpeg));
}

function describedPort(port: number): number {
  const options: SessionDescriptionOptions = {
    sessionId: 1,
    sessionVersion: 1,
    originAddress: '127.0.0.1',
    sessionName: 'consumer',
    address: '127.0.0.1',
    port,
    payloadType: jpegPayloadType,
    clockRateHz: jpegClockRateHz,
  };
  const parsed: ParseResult<DescribedStream> = parseSession(describeSession(options));
  return parsed.ok ? parsed.value.port : 0;
}

async function receivedSize(options: CameraOptions): Promise<string> {
  const receiver: Receiver = await openReceiver({ address: '127.0.0.1', port: 0, rtcp: false });
  const sent: RtpOutputOptions = {
    host: '127.0.0.1',
    port: receiver.port,
    rtcp: false,
    pacing: { mode: 'thread' },
    rate: { maxBitrateKbps: 20_000 },
  };
  const output = new RtpOutput(sent);
  await output.start();
  const camera = await openCamera(options);
  camera.on('failure', (error) => {
    throw error;
  });
  await camera.attach(output);
  let size = '';
  for await (const frame of receiver.frames()) {
    size = `${frame.width}x${frame.height}`;
    break;
  }
  await Promise.all([camera.close(), output.close(), receiver.close()]);
  return size;
}

async function codeOf(attempt: Promise<unknown>): Promise<ErrorCode | undefined> {
  try {
    await attempt;
    return undefined;
  } catch (error) {
    return error instanceof StreamerError ? error.code : undefined;
  }
}

const testPattern: CameraOptions = { device: 'test', width: 320, height: 240, flip: 'none' };
const jpeg = await firstFrame(testPattern);
const packets = packetsOf(jpeg.data, {
  mtu: 1400,
  ssrc: 1,
  initialSequenceNumber: 0,
  rtpTimestampOffset: 0,
  quantizationTables: 'in-band',
});
const headers: ParseResult<RtpPacket>[] = packets.map((packet) => parseRtpPacket(packet));
console.log(
  JSON.stringify({
    size: `${jpeg.width}x${jpeg.height}`,
    longest: Math.max(...packets.map((packet) => packet.length)),
    markers: headers.filter((header) => header.ok && header.value.marker).length,
    port: describedPort(5000),
    received: await receivedSize(testPattern),
    refused: await codeOf(openCamera({ device: 'test', fps: 0 })),
  }),
);
