// A viewer that is no browser: joins by WHEP, and counts what it gets. Started as a program it stays until it is ended:
// peer-client.ts WHEP-URL [COUNT]
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { PeerConnection, RtcpReceivingSession, Video, type Track } from 'node-datachannel';
import { until } from './processes.js';

export interface PeerClientOptions {
  /** Shown to the server; default: none. */
  readonly token?: string;
  /** Whether libdatachannel writes its RTCP; else {@link PeerClient.sendRtcp} does. Default: true. */
  readonly reports?: boolean;
}

export class PeerClient {
  packets = 0;
  answerSdp = '';
  /** Why it was refused; absent when it was not. */
  refusal: { readonly status: number; readonly body: string } | undefined;
  readonly #connection = new PeerConnection('viewer', { iceServers: [] });
  #track: Track | undefined;
  #session: string | undefined;

  /** Resolves when video comes, or the offer was refused. */
  static async join(
    url: string,
    context?: TestContext,
    { token, reports = true }: PeerClientOptions = {},
  ): Promise<PeerClient> {
    const client = new PeerClient();
    context?.after(() => {
      client.hangUp();
    });
    const offer = await client.#offer(reports);
    const response = await fetch(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/sdp',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      body: offer,
    });
    const body = await response.text();
    if (response.status !== 201) {
      client.refusal = { status: response.status, body };
      client.hangUp();
      return client;
    }
    client.#session = new URL(response.headers.get('location') ?? '', url).href;
    client.answerSdp = body;
    client.#connection.setRemoteDescription(body, 'answer');
    await until('video', () => client.packets > 0).catch((error: unknown) => {
      client.hangUp();
      throw error;
    });
    return client;
  }

  get isConnected(): boolean {
    return this.#connection.state() === 'connected';
  }

  /** Sends a compound packet, encrypted. Only where it writes no reports of its own. */
  sendRtcp(bytes: Uint8Array): void {
    if (this.#track?.isOpen()) this.#track.sendMessageBinary(Buffer.from(bytes));
  }

  /** As WHEP wants it. */
  async leave(): Promise<number> {
    const response = await fetch(this.#session ?? '', { method: 'DELETE' });
    await response.arrayBuffer();
    this.hangUp();
    return response.status;
  }

  /** Its connection ends, and it tells nobody. */
  hangUp(): void {
    this.#connection.close();
    this.#track?.close(); // for the process to end
  }

  async #offer(reports: boolean): Promise<string> {
    const video = new Video('0', 'RecvOnly');
    video.addH264Codec(96, 'packetization-mode=1;profile-level-id=42e01f');
    video.addVP8Codec(97);
    const track = this.#connection.addTrack(video);
    if (reports) track.setMediaHandler(new RtcpReceivingSession());
    track.onMessage(() => {
      this.packets += 1;
    });
    // Without both the process does not end.
    track.onClosed(() => undefined);
    this.#connection.onStateChange(() => undefined);
    this.#track = track;
    this.#connection.setLocalDescription('offer');
    await until('its candidates', () => this.#connection.gatheringState() === 'complete');
    // Without candidates: libdatachannel, as who offers, does not bear checks that come before the answer.
    return (this.#connection.localDescription()?.sdp ?? '').replace(/^a=candidate:.*\r\n/gm, '');
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , url = '', count = '1'] = process.argv;
  await Promise.all(Array.from({ length: Number(count) }, () => PeerClient.join(url)));
  process.stdout.write('watching\n');
  setInterval(() => undefined, 1000);
}
