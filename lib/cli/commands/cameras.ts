import { listCameras, type CameraDescription } from '../../camera/index.js';

const noCamera =
  'libcamera sees no camera: `pi-camera-streamer doctor` says what to look at; `--source test` streams without one';

/** Lists the cameras on standard output. */
export async function cameras(options: { readonly json?: boolean }): Promise<void> {
  const found = await listCameras();
  const text = options.json ? JSON.stringify(found, undefined, 2) : found.map(describe).join('\n\n');
  process.stdout.write(`${text || noCamera}\n`);
}

function describe(camera: CameraDescription): string {
  const { id, index, model, location, formats, sensorModes, controls } = camera;
  const facts = [model, location].filter((fact) => fact !== '').join(', ');
  const modes = sensorModes.map(
    ({ width, height, bitDepth }) => `${size({ width, height })}:${String(bitDepth)}`,
  );
  const lines = [
    `${index === null ? '-' : String(index)}  ${id}${facts ? `  (${facts})` : ''}`,
    ...formats.map(
      ({ pixelFormat, smallest, largest }) => `   ${pixelFormat}: ${size(smallest)} to ${size(largest)}`,
    ),
    ...(modes.length > 0 ? [`   sensor modes: ${modes.join(' ')}`] : []),
    `   controls: ${controls.map(({ name }) => name).join(' ') || 'none'}`,
  ];
  return lines.join('\n');
}

function size({ width, height }: { readonly width: number; readonly height: number }): string {
  return `${String(width)}x${String(height)}`;
}
