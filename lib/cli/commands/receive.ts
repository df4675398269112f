import { StreamerError } from '../../errors/index.js';
import { openReceiver, type Receiver, type ReceiverOptions } from '../../receiver/index.js';
import { ExitCode } from '../exit-code.js';
import { FolderWriter, MjpegWriter, type FrameWriter } from '../frame-writers.js';
import { describeReception } from '../reception-text.js';
import { stopSignal } from '../stop-signal.js';

export interface ReceiveOptions {
  /** A folder to write frames to. */
  readonly out?: string;
  /** A file to write them to one after the other; `-`: standard output. */
  readonly mjpeg?: string;
  /** Print statistics every second. */
  readonly stats?: boolean;
  /** Print statistics as JSON. */
  readonly json?: boolean;
  /** End after this many frames. */
  readonly count?: number;
  /** End when no frame has come for so long. */
  readonly timeout?: number;
  readonly duration?: number;
  readonly latency?: number;
  readonly ssrc?: number;
  readonly size?: { readonly width: number; readonly height: number };
  readonly interface?: string;
  /** False: no RTCP. */
  readonly rtcp: boolean;
}

/** As many as the receiver has memory for: a disk may be slow for a moment. */
const maxWaiting = 7;

/** Senders of RTP send several packets in each second. */
const silentMs = 3000;

/** Receives a stream and passes its frames on. */
export async function receive(source: string, options: ReceiveOptions): Promise<number> {
  const writers = makeWriters(options);
  const stopped = stopSignal(options.duration);
  const receiver = await openReceiver(source, receiverOptions(options));
  const print = printer(receiver, options);
  const timer = options.stats ? setInterval(print, 1000) : undefined;
  const hintTimer = setTimeout(hintWhenSilent, silentMs, receiver);
  try {
    await passFramesOn(receiver, writers, stopped, options);
  } finally {
    clearInterval(timer);
    clearTimeout(hintTimer);
    await receiver.close();
    print();
  }
  return ExitCode.done;
}

function receiverOptions(options: ReceiveOptions): Partial<ReceiverOptions> {
  const { latency, ssrc, size, rtcp } = options;
  return {
    ...(!rtcp && { rtcp }),
    ...(latency !== undefined && { latencyMs: latency }),
    ...(ssrc !== undefined && { ssrc }),
    ...(size && { size }),
    ...(options.interface !== undefined && { multicastInterface: options.interface }),
  };
}

function makeWriters({ out, mjpeg }: ReceiveOptions): FrameWriter[] {
  return [
    ...(out === undefined ? [] : [new FolderWriter(out)]),
    ...(mjpeg === undefined ? [] : [new MjpegWriter(mjpeg)]),
  ];
}

/** Who waits in vain is told what to look at. */
function hintWhenSilent(receiver: Receiver): void {
  if (receiver.statistics().packetsReceived > 0) return;
  process.stderr.write(
    `nothing has come to UDP port ${String(receiver.port)} yet: does the sender's dest_host name this machine, dest_port ` +
      'this port, and does no firewall drop it?\n',
  );
}

/** Prints where the frames don't go. */
function printer(receiver: Receiver, { json, mjpeg }: ReceiveOptions): () => void {
  const stream = mjpeg === '-' ? process.stderr : process.stdout;
  return () => {
    const statistics = receiver.statistics();
    stream.write(`${json ? JSON.stringify(statistics) : describeReception(statistics)}\n`);
  };
}

/** @throws StreamerError ERR_NO_FRAME, ERR_FILE_WRITE */
async function passFramesOn(
  receiver: Receiver,
  writers: readonly FrameWriter[],
  stopped: AbortSignal,
  { count = Infinity, timeout }: ReceiveOptions,
): Promise<void> {
  const silence = new Silence(timeout);
  const signal = AbortSignal.any([stopped, silence.signal]);
  let frames = 0;
  for await (const frame of receiver.frames({ signal, maxWaiting })) {
    silence.end();
    for (const writer of writers) await writer.write(frame.data);
    frames += 1;
    if (frames >= count || writers.some(({ isOver }) => isOver)) break;
    silence.begin();
  }
  silence.end();
  if (!silence.signal.aborted) return;
  const where = `port ${String(receiver.port)}`;
  throw new StreamerError('ERR_NO_FRAME', `no frame came to ${where} for ${String(timeout)} s`);
}

/** Aborts when a frame is too long in coming. */
class Silence {
  readonly #controller = new AbortController();
  readonly #limitSeconds: number | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitSeconds: number | undefined) {
    this.#limitSeconds = limitSeconds;
    this.begin();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  begin(): void {
    if (this.#limitSeconds === undefined) return;
    this.#timer = setTimeout(() => {
      this.#controller.abort();
    }, this.#limitSeconds * 1000);
  }

  end(): void {
    clearTimeout(this.#timer);
  }
}
