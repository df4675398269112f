import type { CameraDescription } from '../../camera/index.js';
import type { Facts } from './facts.js';
import type { CheckResult } from './finding.js';

/** The cameras that libcamera sees. */
export async function checkCameras({
  cameras,
  withoutCamera,
}: Pick<Facts, 'cameras' | 'withoutCamera'>): Promise<CheckResult> {
  if (!cameras)
    return { status: 'note', title: 'not looked for, because no camera addon can be used', details: [] };
  const result = await cameras;
  const details = result.log.map((line) => `libcamera: ${line}`);
  if ('error' in result) {
    return {
      status: withoutCamera,
      title: `libcamera does not list them: ${result.error}`,
      details,
      remedy:
        'see what rpicam-hello --list-cameras says (cam --list elsewhere) and dmesg; then restart this machine',
    };
  }
  if (result.answer.length === 0)
    return { status: withoutCamera, title: 'libcamera sees none', details, remedy: noneRemedy };
  return {
    status: 'ok',
    title: `libcamera sees ${String(result.answer.length)}`,
    details: [...result.answer.map(describe), ...details],
  };
}

const noneRemedy =
  'switch off and check the ribbon cable at both ends; camera_auto_detect=1 in /boot/firmware/config.txt, or the ' +
  "dtoverlay of the camera's maker; rpicam-hello --list-cameras should show it";

function describe({ id, index, model, location }: CameraDescription): string {
  const facts = [model, location].filter((fact) => fact !== '').join(', ');
  return `${index === null ? '-' : String(index)}  ${id}${facts ? `  (${facts})` : ''}`;
}
