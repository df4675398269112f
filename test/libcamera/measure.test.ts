// `doctor --measure` on two of libcamera's virtual cameras, which have no 1920x1080.
import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import type { MeasureReport } from '../../lib/app/index.js';
import { CameraFaults } from '../helpers/camera-faults.js';
import {
  barsFolder,
  buildInDebian13,
  buildTimeoutMs,
  cameraIds,
  command,
  startInDebian13,
} from '../helpers/debian13.js';
import { assertNothingPrivate, assertPossible } from '../helpers/measure-report.js';

before(buildInDebian13, { timeout: buildTimeoutMs });

const args = ['node', command, 'doctor', '--measure', '--seconds', '2', '--json'];

async function measure(shim?: Readonly<Record<string, string>>): Promise<{ stdout: string; stderr: string }> {
  const process = startInDebian13(barsFolder, args, shim);
  assert.equal(await process.exited, 0, process.stderr());
  return { stdout: process.stdout(), stderr: process.stderr() };
}

test(
  'two cameras are measured alone and together, and every figure is possible',
  { timeout: 120_000 },
  async () => {
    const { stdout, stderr } = await measure();
    const report = JSON.parse(stdout) as MeasureReport;
    assertPossible(report);
    assertNothingPrivate(stdout);
    const { machine, withoutCamera, cameras, h264, together } = report;
    assert.match(String(machine.libcameraVersion), /0\.7\.1/);
    assert.match(machine.system, /Debian GNU\/Linux 13/);
    assert.equal(withoutCamera, null);
    assert.deepEqual(
      cameras.map(({ number, model, location }) => [number, model, location]),
      [
        [1, 'imx708', 'front'],
        [2, 'imx708', 'back'],
      ],
    );
    for (const { streams } of cameras) {
      const [vga, hd, fullHd] = streams;
      assert.ok(vga?.figures && hd?.figures, stdout);
      assert.ok(hd.figures.frameBytes > vga.figures.frameBytes, stdout);
      assert.equal(fullHd?.figures, null);
      assert.equal(fullHd.failure, 'the camera cannot deliver 1920x1080 and delivers 1280x720');
    }
    const [hardware, openh264] = h264;
    assert.equal(hardware?.failure, 'there is no hardware encoder of H.264 that can be used');
    assert.ok(openh264?.figures, stdout);
    assert.deepEqual([openh264.width, openh264.height], [1280, 720]);
    assert.ok(together?.figures, stdout);
    assert.match(stderr, /cameras 1 and 2 together, JPEG by RTP, 640x480\n.*done\n$/);
  },
);

test('a camera that is in use is named, and the other one is measured', { timeout: 120_000 }, async () => {
  const faults = new CameraFaults();
  faults.set({ fault: 'busy', camera: cameraIds[0] });
  const { stdout } = await measure({ CAMERA_FAULTS_FILE: faults.file });
  const { cameras, together } = JSON.parse(stdout) as MeasureReport;
  const failures = [cameras[0]?.streams[0]?.failure, together?.failure];
  for (const failure of failures)
    assert.match(String(failure), /is in use, .*; end that, such as the service/);
  assert.ok(cameras[1]?.streams[0]?.figures, stdout);
});

test('a libcamera that hangs ends it at once, with what helps', { timeout: 60_000 }, async (context) => {
  const faults = new CameraFaults();
  faults.set({ fault: 'stop-hang' });
  const process = startInDebian13(barsFolder, args, { CAMERA_FAULTS_FILE: faults.file });
  context.after(() => process.child.kill('SIGKILL'));
  assert.equal(await process.exited, 1, process.stderr());
  assert.match(process.stderr(), /\nERR_CAMERA_HUNG: .*only a new process can use its cameras again\n$/);
  assert.equal(process.stdout(), '');
});
