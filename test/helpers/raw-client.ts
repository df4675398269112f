import { connect, type Socket } from 'node:net';
import type { TestContext } from 'node:test';

/** A TCP connection that sends what no HTTP client would, and keeps what it gets. Ended with the test. */
export class RawClient {
  readonly socket: Socket;
  answer = '';
  isClosed = false;

  private constructor(context: TestContext, port: number, localAddress: string) {
    this.socket = connect({ port, host: '127.0.0.1', localAddress });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => (this.isClosed = true));
    context.after(() => this.socket.destroy());
  }

  /** Resolves when the bytes have been handed to the kernel, or the connection was refused. */
  static async send(
    context: TestContext,
    port: number,
    bytes: string,
    { localAddress = '127.0.0.1', reads = true } = {},
  ): Promise<RawClient> {
    const client = new RawClient(context, port, localAddress);
    const { socket } = client;
    if (reads) socket.on('data', (chunk) => (client.answer += chunk.toString('latin1')));
    else socket.pause();
    await new Promise<void>((resolve) => {
      socket.once('close', resolve);
      if (bytes === '') socket.once('connect', resolve);
      else
        socket.write(bytes, () => {
          resolve();
        });
    });
    return client;
  }

  get status(): number {
    return Number(/^HTTP\/1\.1 (\d+)/.exec(this.answer)?.[1]);
  }
}

/** A GET with these headers. */
export function getRequest(where: string, ...headers: readonly string[]): string {
  return [`GET ${where} HTTP/1.1`, 'Host: 127.0.0.1', ...headers, '', ''].join('\r\n');
}
