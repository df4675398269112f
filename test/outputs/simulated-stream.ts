import { RateController } from '../../lib/outputs/rtp/rate-controller.js';

/** A camera whose frames have known sizes, and a RateController that does not know them. */
export interface Simulation {
  readonly fps: number;
  readonly maxBitrateKbps: number;
  /** The camera's own quality. */
  readonly ceiling?: number;
  readonly minQuality?: number;
  /** Of frame i at quality 50, in shares of the bound that a frame may have. */
  readonly size: (frame: number) => number;
  readonly frames: number;
  /** How sizes go with quality: see SizeModel. */
  readonly exponent?: number;
  /** Sizes are this part larger or smaller by chance. */
  readonly noise?: number;
  /** Frames that the encoder has begun before it hears of a decision. */
  readonly framesAhead?: number;
  /** Whether frames are sent before they are complete. */
  readonly subFrame?: boolean;
}

export interface SentFrame {
  readonly frame: number;
  readonly timeUs: number;
  readonly bytes: number;
  readonly quality: number;
}

export interface Simulated {
  readonly sent: readonly SentFrame[];
  readonly controller: RateController;
}

export function simulate(simulation: Simulation): Simulated {
  const { fps, maxBitrateKbps, ceiling = 90, minQuality, exponent = 0.5, noise = 0.05 } = simulation;
  const controller = new RateController({
    maxBitrateKbps,
    ...(minQuality !== undefined && { minQuality }),
  });
  const begun = Array.from({ length: simulation.framesAhead ?? 2 }, () => controller.limit(ceiling));
  const sent: SentFrame[] = [];
  const shareBytes = (maxBitrateKbps * 1000) / 8 / fps;
  const chance = random();
  for (let frame = 0; frame < simulation.frames; frame++) {
    begun.push(controller.limit(ceiling));
    const quality = begun.shift() ?? ceiling;
    const timeUs = 1e9 + Math.round((frame * 1e6) / fps);
    const scale = quality < 50 ? 50 / quality : Math.max(2 - quality / 50, 0.01);
    const expected = simulation.size(frame) * shareBytes * scale ** -exponent;
    const bytes = Math.round(expected * (1 + noise * (2 * chance() - 1)));
    if (controller.admits(timeUs, quality, simulation.subFrame ? 0 : bytes)) {
      controller.onSent(timeUs, quality, bytes);
      sent.push({ frame, timeUs, bytes, quality });
    } else if (simulation.subFrame) {
      controller.learn(quality, bytes);
    }
  }
  return { sent, controller };
}

/** The most that any second has, of those that begin at none of the frames that are left out. */
export function busiestSecondKbps(
  sent: readonly SentFrame[],
  counts: (frame: number) => boolean = () => true,
): number {
  const seconds = sent.map(({ timeUs: beginUs, frame }) =>
    counts(frame) ? bytesOf(sent.filter(({ timeUs }) => timeUs >= beginUs && timeUs < beginUs + 1e6)) : 0,
  );
  return (Math.max(...seconds) * 8) / 1000;
}

export function bytesOf(frames: readonly SentFrame[]): number {
  return frames.reduce((sum, { bytes }) => sum + bytes, 0);
}

/** The same numbers of 0..1 in every run. */
function random(): () => number {
  let state = 1;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}
