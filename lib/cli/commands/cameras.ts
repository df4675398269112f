import { listCameras, type CameraDescription } from '../../camera/index.js';

/** Lists the cameras on standard output. */
export async function cameras(options: { readonly json?: boolean }): Promise<void> {
  const found = await listCameras();
  if (options.json) {
    process.stdout.write(`${JSON.stringify(found, undefined, 2)}\n`);
    return;
  }
  const text = found.length > 0 ? found.map(describe).join('\n') : 'libcamera sees no camera.\n';
  process.stdout.write(text);
}

function describe(camera: CameraDescription): string {
  const { id, index, model, location, modes, controls } = camera;
  const facts = [model, location].filter((fact) => fact !== undefined).join(', ');
  const lines = [
    `${index === undefined ? '-' : String(index)}  ${id}${facts ? `  (${facts})` : ''}`,
    ...modes.map(({ format, sizes }) => `     ${format}: ${sizes.join(' ')}`),
    `     controls: ${controls.map(({ name }) => name).join(' ') || 'none'}`,
  ];
  return lines.map((line) => `${line}\n`).join('');
}
