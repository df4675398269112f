import { meanText, quantilesText, table, throttledText } from './cells.js';
import type { CameraReport, MeasureReport, VideoMeasurement } from './report.js';

/** The columns of the table in docs/hardware.md. */
export const hardwareHead = [
  ...['board or processor', 'system', 'libcamera', 'camera', '640x480', '1280x720', '1920x1080'],
  ...['H.264 by hardware', 'H.264 by openh264', 'two cameras', 'throttled'],
];

/** What docs/hardware.md takes over: a line for each camera. */
export function hardwareTable(report: MeasureReport): string {
  return table(
    hardwareHead,
    report.cameras.map((camera) => cells(camera, report)),
  );
}

function cells(camera: CameraReport, { machine, h264, together }: MeasureReport): string[] {
  const videos = camera.number === 1 ? h264 : [];
  const shown = [...camera.streams, ...videos];
  const throttled = shown.flatMap(({ figures }) => (figures?.throttled ? [figures.throttled] : []));
  return [
    machine.board ?? machine.processor,
    `${machine.system}, Linux ${machine.kernel}`,
    machine.libcameraVersion ?? '-',
    camera.model,
    ...camera.streams.map(({ figures }) =>
      figures ? figuresText(figures, figures.captureToSentMeanMs) : '-',
    ),
    videoText(videos, 'hardware'),
    videoText(videos, 'openh264'),
    togetherText(together),
    throttledText(throttled.length > 0 ? [...new Set(throttled.flat())] : null),
  ];
}

function videoText(videos: readonly VideoMeasurement[], encoder: VideoMeasurement['encoder']): string {
  const figures = videos.find((video) => video.encoder === encoder)?.figures;
  return figures ? figuresText(figures, figures.encodeMeanMs) : '-';
}

function togetherText(together: MeasureReport['together']): string {
  if (!together?.figures) return '-';
  const { streams, skewMs } = together.figures;
  const rates = streams.map(({ fps }) => fps.toFixed(1));
  return `${rates.join(' and ')} fps, skew ${quantilesText(skewMs)}`;
}

function figuresText(
  { fps, cpuPercent }: { readonly fps: number; readonly cpuPercent: number },
  ms: number | null,
): string {
  return `${fps.toFixed(1)} fps, ${cpuPercent.toFixed(0)} % CPU, ${meanText(ms)}`;
}
