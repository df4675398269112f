import type { DefaultOptions } from './default-options.js';
import { MeasuredVideo } from './measured-video.js';
import type { Outcome, ProcessFigures, VideoFigures, VideoMeasurement, Wanted } from './report.js';
import { streamFor, type MeasureLimits } from './stream-for.js';

type VideoOutcome = Outcome<VideoFigures & ProcessFigures>;

/**
 * Measures H.264 by hardware, and by openh264. Without hardware openh264 takes its place at once, so that there is only
 * one measurement.
 */
export async function measureH264(
  options: DefaultOptions,
  wanted: Wanted,
  limits: MeasureLimits,
): Promise<VideoMeasurement[]> {
  const first = new MeasuredVideo(options, true);
  const firstOutcome = await encode(first, wanted, limits);
  const { byHardware, trouble = 'there is no hardware encoder of H.264 that can be used' } = first;
  const isHardware = byHardware > 0;
  const hardware = isHardware && first.trouble === undefined ? firstOutcome : failed(trouble);
  const software = isHardware
    ? await encode(new MeasuredVideo(options, false), wanted, limits)
    : firstOutcome;
  return [
    { ...wanted, encoder: 'hardware', ...hardware },
    { ...wanted, encoder: 'openh264', ...software },
  ];
}

async function encode(video: MeasuredVideo, wanted: Wanted, limits: MeasureLimits): Promise<VideoOutcome> {
  const outcome = await streamFor(video, wanted, limits);
  return outcome.figures?.encoded === 0 ? failed(video.trouble ?? 'no frame was encoded') : outcome;
}

function failed(failure: string): VideoOutcome {
  return { figures: null, failure };
}
