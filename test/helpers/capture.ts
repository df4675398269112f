import assert from 'node:assert/strict';
import path from 'node:path';
import type { TestContext } from 'node:test';
import type { Host } from './network.js';
import { runToEnd, until, type RunningProcess } from './processes.js';

/** What tshark finds in a packet: each field's values, of which there are several in a compound packet. */
export type Dissection<Field extends string> = Readonly<Record<Field, readonly string[]>>;

/** A recording of the UDP packets that a host's cable brings. */
export class Capture {
  readonly #process: RunningProcess;
  readonly #file: string;

  private constructor(process: RunningProcess, file: string) {
    this.#process = process;
    this.#file = file;
  }

  /** Resolves when it records. */
  static async start(context: TestContext, host: Host, folder: string): Promise<Capture> {
    const file = path.join(folder, 'packets.pcapng');
    // Ends by itself when the test can't end it.
    const limits = ['-a', 'duration:60', '-B', '16'];
    const process = host.start('dumpcap', ['-q', '-i', host.device, '-f', 'udp', '-w', file, ...limits]);
    context.after(() => process.child.kill('SIGKILL'));
    await until('dumpcap', () => process.stderr().includes('File:'));
    return new Capture(process, file);
  }

  /** Resolves when the recording is complete. */
  async stop(): Promise<void> {
    // The kernel hands packets over by the block, which may take a while to fill.
    await new Promise((resolve) => setTimeout(resolve, 500));
    this.#process.child.kill('SIGINT');
    assert.equal(await this.#process.exited, 0, this.#process.stderr());
    assert.match(this.#process.stderr(), /dropped on interface '\w+': \d+\/0 /, 'a packet was not recorded');
  }

  /**
   * Has tshark look at all packets.
   *
   * @param protocols - what is expected on which UDP port
   */
  async dissect<Field extends string>(
    protocols: Readonly<Record<number, 'rtp' | 'rtcp'>>,
    fields: readonly Field[],
  ): Promise<Dissection<Field>[]> {
    const decodeAs = Object.entries(protocols).flatMap(([port, name]) => ['-d', `udp.port==${port},${name}`]);
    const checks = ['-o', 'ip.check_checksum:TRUE', '-o', 'udp.check_checksum:TRUE'];
    const output = ['-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=;'];
    const wanted = fields.flatMap((field) => ['-e', field]);
    const text = await runToEnd('tshark', [
      '-n',
      '-r',
      this.#file,
      ...decodeAs,
      ...checks,
      ...output,
      ...wanted,
    ]);
    const rows = text.split('\n').slice(0, -1);
    return rows.map((row) => {
      const values = row.split('\t');
      const entries = fields.map((field, i) => [
        field,
        (values[i] ?? '').split(';').filter((value) => value !== ''),
      ]);
      return Object.fromEntries(entries) as Dissection<Field>;
    });
  }
}
