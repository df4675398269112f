import { meanText, quantilesText, sizeText, table, throttledText } from './cells.js';
import { hardwareTable } from './hardware-table.js';
import type {
  CameraReport,
  MachineFacts,
  MeasureReport,
  ProcessFigures,
  StreamFigures,
  TogetherMeasurement,
  VideoFigures,
  Wanted,
} from './report.js';

/** The report as Markdown, for the issue form. Its last table has the lines of docs/hardware.md. */
export function reportText(report: MeasureReport): string {
  const { version, secondsEach, withoutCamera, machine, cameras, together } = report;
  const parts = [
    `pi-camera-streamer ${version}, ${String(secondsEach)} s for each measurement`,
    ...(withoutCamera === null ? [] : [`The test pattern was measured, and no camera: ${withoutCamera}.`]),
    table(['machine', ''], [...machineRows(machine), ...cameras.map(cameraRow)]),
    table(head, measurementRows(report)),
    'Times in parentheses: 99 of 100 frames took no longer.',
    ...(together?.figures ? [`Cameras 1 and 2: skew ${quantilesText(together.figures.skewMs)}.`] : []),
    'For docs/hardware.md:',
    hardwareTable(report),
  ];
  return `${parts.join('\n\n')}\n`;
}

function machineRows(machine: MachineFacts): string[][] {
  const { board, processor, cores, memoryMiB, system, kernel, architecture } = machine;
  return [
    ...(board === null ? [] : [['board', board]]),
    ['processor', `${processor}, ${String(cores)} cores, ${String(memoryMiB)} MiB`],
    ['system', `${system}, Linux ${kernel}, ${architecture}`],
    ['Node.js', machine.nodeVersion],
    ['libcamera', machine.libcameraVersion ?? 'none that can be used'],
  ];
}

function cameraRow({ number, model, location, sensorModes }: CameraReport): string[] {
  const modes = sensorModes.map(
    ({ bitDepth, ...size }) => sizeText(size) + (bitDepth === undefined ? '' : `:${String(bitDepth)}`),
  );
  const facts = [model, location, ...(modes.length > 0 ? [`sensor modes ${modes.join(' ')}`] : [])];
  return [`camera ${String(number)}`, facts.filter((fact) => fact !== '').join(', ')];
}

const head = [
  ...['measured', 'size', 'frames/s', 'captured/encoded/sent', 'dropped', 'encode', 'capture to encoded'],
  ...['capture to sent', 'a frame', 'bitrate', 'CPU', 'memory', 'temperature', 'throttled'],
];

function measurementRows({ cameras, h264, together }: MeasureReport): string[][] {
  const streams = cameras.flatMap(({ number, model, streams: measured }) =>
    measured.map((stream) => ({ what: `camera ${String(number)} (${model}), JPEG`, ...stream })),
  );
  return [
    ...streams.map((each) =>
      each.figures ? streamRow(each.what, each, each.figures) : failureRow(each.what, each, each.failure),
    ),
    ...h264.map((video) => {
      const what = `camera 1, H.264 by ${video.encoder}`;
      return video.figures ? videoRow(what, video, video.figures) : failureRow(what, video, video.failure);
    }),
    ...(together ? togetherRows(together) : []),
  ];
}

function togetherRows(together: TogetherMeasurement): string[][] {
  const { figures } = together;
  if (!figures) return [failureRow('cameras 1 and 2 together, JPEG', together, together.failure)];
  return figures.streams.map((stream, index) =>
    streamRow(`camera ${String(index + 1)} of two together, JPEG`, together, { ...figures, ...stream }),
  );
}

function failureRow(what: string, wanted: Wanted, failure: string): string[] {
  const cells = [what, sizeText(wanted), failure];
  return [...cells, ...head.slice(cells.length).map(() => '')];
}

function streamRow(what: string, wanted: Wanted, figures: StreamFigures & ProcessFigures): string[] {
  const { captured, encoded, sent, dropped, restarts } = figures;
  return [
    what,
    sizeText(wanted),
    rateText(figures, wanted),
    [captured, encoded, sent].join('/'),
    countsText(restarts > 0 ? { ...dropped, restarts } : dropped),
    quantilesText(figures.encodeMs),
    quantilesText(figures.captureToEncodedMs),
    meanText(figures.captureToSentMeanMs),
    ...loadCells(figures),
  ];
}

function videoRow(what: string, wanted: Wanted, figures: VideoFigures & ProcessFigures): string[] {
  return [
    what,
    sizeText(wanted),
    rateText(figures, wanted),
    `-/${String(figures.encoded)}/-`,
    countsText(figures.dropped),
    meanText(figures.encodeMeanMs),
    quantilesText(figures.captureToEncodedMs),
    '-',
    ...loadCells(figures),
  ];
}

function rateText({ fps }: { readonly fps: number }, { fpsWanted }: Wanted): string {
  return `${fps.toFixed(1)} of ${String(fpsWanted)}`;
}

function countsText(counts: Readonly<Record<string, number>>): string {
  const texts = Object.entries(counts).map(([reason, count]) => `${reason} ${String(count)}`);
  return texts.join(', ') || '0';
}

function loadCells(figures: ProcessFigures & Pick<StreamFigures, 'frameBytes' | 'bitrateKbps'>): string[] {
  const { frameBytes, bitrateKbps, cpuPercent, memoryMiB, temperatureC, throttled } = figures;
  return [
    `${(frameBytes / 1000).toFixed(1)} kB`,
    `${(bitrateKbps / 1000).toFixed(1)} Mbit/s`,
    `${cpuPercent.toFixed(0)} %`,
    `${String(memoryMiB)} MiB`,
    temperatureC === null ? '-' : `${temperatureC.toFixed(0)} °C`,
    throttledText(throttled),
  ];
}
