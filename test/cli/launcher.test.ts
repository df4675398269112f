import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it } from 'node:test';
import { projectRoot } from '../helpers/debian13.js';
import { start, until } from '../helpers/processes.js';

const launcher = path.join(projectRoot, 'deploy', 'pi-camera-streamer');

/** As the Go system's folder: with the launcher in place of its program. */
function goFolder(how: 'copied' | 'linked'): { program: string } {
  const folder = path.join(mkdtempSync(path.join(tmpdir(), 'pcs-go-')), 'pi camera');
  mkdirSync(path.join(folder, 'node_modules'), { recursive: true });
  const program = path.join(folder, 'pi-camera-streamer');
  if (how === 'linked') symlinkSync(launcher, program);
  else {
    copyFileSync(launcher, program);
    symlinkSync(projectRoot, path.join(folder, 'node_modules', 'pi-camera-streamer'));
  }
  writeFileSync(
    path.join(folder, 'config.toml'),
    '[camera1]\ndevice = "test"\n[mjpeg-rtp.camera1]\ndest_host = "127.0.0.1"\n[server]\nweb_port = 0\n',
  );
  return { program };
}

/** The same where this machine's own node can't be run. */
function versionWithoutNode(program: string, env: NodeJS.ProcessEnv): Promise<string> {
  const hide =
    'for node in /usr/bin/node /usr/local/bin/node; do [ ! -e $node ] || mount --bind /dev/null $node; done';
  return versionBy('unshare', env, ['--mount', 'sh', '-c', `${hide}; exec "$@"`, 'sh', program]);
}

async function versionBy(
  command: string,
  env: NodeJS.ProcessEnv,
  args: readonly string[] = [],
): Promise<string> {
  const process_ = start(command, [...args, '-version'], { env, cwd: '/' });
  const code = await process_.exited;
  return `${String(code)} ${process_.stdout()}${process_.stderr()}`.trim();
}

describe("the launcher in the Go system's folder", () => {
  for (const how of ['copied', 'linked'] as const) {
    it(`${how}, streams by the old unit's command, from another folder, and signals reach node`, async (context) => {
      const { program } = goFolder(how);
      const config = path.join(path.dirname(program), 'config.toml');
      const process_ = start(program, ['-config', config, '-mode', 'mjpeg-rtp'], { cwd: '/' });
      await until('the camera', () => process_.stderr().includes('"streaming"'));
      const { pid } = process_.child;
      const children = readFileSync(`/proc/${String(pid)}/task/${String(pid)}/children`, 'utf8');
      context.after(() => {
        for (const child of children.split(' ').filter((id) => id !== '')) process.kill(Number(child));
      });
      assert.equal(children, '', 'it is node itself');
      process_.child.kill('SIGTERM');
      assert.equal(await process_.exited, 0);
      assert.match(process_.stderr(), /statistics/, 'its last words come before its end');
    });
  }

  it('takes the newest node of nvm where there is no other, and none that is too old', async () => {
    const { program } = goFolder('copied');
    const home = mkdtempSync(path.join(tmpdir(), 'pcs-nvm-'));
    const install = (version: string, text: string): string => {
      const bin = path.join(home, '.nvm/versions/node', version, 'bin');
      mkdirSync(bin, { recursive: true });
      writeFileSync(path.join(bin, 'node'), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
      return bin;
    };
    const like = (version: string): string =>
      `[ "$1" = --version ] && echo ${version} && exit\necho ${version} "$@"`;
    const old = install('v20.18.9', like('v20.18.9'));
    install('v9.0.0', like('v9.0.0'));
    const env = { PATH: `${old}:/usr/bin:/bin`, HOME: home };
    const none = '1 pi-camera-streamer: no node of version 20.19 or newer';
    assert.ok((await versionWithoutNode(program, env)).startsWith(none));
    install('v20.19.0', like('v20.19.0'));
    install('v101.0.0', like('v101.0.0'));
    assert.match(await versionWithoutNode(program, env), /^0 v101\.0\.0 \/.*dist\/cli\/main\.js -version$/);
    const named = {
      ...env,
      PI_CAMERA_STREAMER_NODE: path.join(home, '.nvm/versions/node/v20.19.0/bin/node'),
    };
    assert.match(await versionWithoutNode(program, named), /^0 v20\.19\.0 /);
  });

  it('says what to do when the package is nowhere', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'pcs-empty-'));
    const program = path.join(folder, 'pi-camera-streamer');
    copyFileSync(launcher, program);
    const node = path.join(folder, 'node');
    writeFileSync(node, '#!/bin/sh\necho v22.0.0\n', { mode: 0o755 });
    const said = await versionBy(program, { PATH: '/usr/bin:/bin', PI_CAMERA_STREAMER_NODE: node });
    assert.match(
      said,
      /^1 pi-camera-streamer: the package is not installed: npm install pi-camera-streamer in /,
    );
  });
});
