// What an attacker finds in the addons that are shipped and in the one that was built here, as binutils read it.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { readElfHeader } from '../../lib/native/elf.js';
import { projectRoot } from '../helpers/debian13.js';
import { freshPrebuilds } from '../helpers/packed.js';
import { runToEnd } from '../helpers/processes.js';

const localBuild = path.join(projectRoot, 'build', 'Release');

function addonsBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.node'))
    .map((name) => path.join(folder, name));
}

const prebuilt = ['linux-x64', 'linux-arm64'].flatMap((name) => addonsBelow(path.join(freshPrebuilds, name)));
const addons = [...prebuilt, ...addonsBelow(localBuild)];

function readelf(file: string, ...options: readonly string[]): Promise<string> {
  return runToEnd('readelf', ['-W', ...options, file]);
}

/** The first instruction of an exported function, as the number that its four bytes are. */
async function firstInstruction(file: string, name: string): Promise<number> {
  const symbol = new RegExp(`^ *\\d+: ([0-9a-f]+) .* ${name}$`, 'm').exec(await readelf(file, '--dyn-syms'));
  assert.ok(symbol, `${file} exports ${name}`);
  const address = parseInt(symbol[1] ?? '', 16);
  for (const segment of (await readelf(file, '-l')).matchAll(/^ *LOAD +(\w+) (\w+) \w+ (\w+)/gm)) {
    const [offset = 0, begin = 0, bytes = 0] = segment.slice(1).map(Number);
    if (address >= begin && address < begin + bytes)
      return readFileSync(file).readUInt32LE(offset + address - begin);
  }
  return assert.fail(`${name} is in no segment`);
}

/** Where an indirect call or jump may arrive: endbr64, and paciasp or "bti c". */
const landings: Readonly<Record<string, readonly number[]>> = {
  x64: [0xfa1e0ff3],
  arm64: [0xd503233f, 0xd503245f],
};

it('the prebuilt addons of both processors are there, and the one of this checkout', () => {
  for (const file of ['linux-x64/core.node', 'linux-arm64/core.node', 'linux-arm64/camera/0.7.node'])
    assert.ok(prebuilt.includes(path.join(freshPrebuilds, file)), file);
  assert.ok(existsSync(path.join(localBuild, 'core.node')));
});

for (const file of addons) {
  describe(path.relative(projectRoot, file), () => {
    it('is bound as a whole when it is loaded, and its tables are read-only then', async () => {
      const [dynamic, segments] = [await readelf(file, '-d'), await readelf(file, '-l')];
      assert.match(dynamic, /\(FLAGS\) .*BIND_NOW/);
      assert.match(dynamic, /\(FLAGS_1\) .*NOW/);
      assert.match(segments, /^ *GNU_RELRO /m);
    });

    it('has no code that can be written, no stack that can be run, and no path of a build machine', async () => {
      const [dynamic, segments] = [await readelf(file, '-d'), await readelf(file, '-l')];
      assert.match(segments, /^ *GNU_STACK .* RW +0x/m);
      assert.doesNotMatch(segments, /^ *LOAD .* RWE /m);
      assert.doesNotMatch(dynamic, /TEXTREL|RPATH|RUNPATH/);
    });

    it('notices a stack that was written over, and a string that does not fit', async () => {
      const symbols = await readelf(file, '--dyn-syms');
      assert.match(symbols, /UND __stack_chk_fail/);
      assert.match(symbols, /UND __vsnprintf_chk/);
    });

    it("marks where our own functions may be called, and does not claim it for a library's assembly", async () => {
      const { processor } = readElfHeader(file) ?? assert.fail('no ELF');
      const found = await firstInstruction(file, 'napi_register_module_v1');
      assert.ok(landings[processor]?.includes(found), `${processor}: 0x${found.toString(16)}`);
      if (path.basename(file) === 'core.node')
        assert.doesNotMatch(await readelf(file, '-n'), /IBT|SHSTK|BTI/);
    });
  });
}

it('prebuilt addons name no folder of the machine that built them', () => {
  for (const file of prebuilt) {
    const content = readFileSync(file, 'latin1');
    for (const folder of [projectRoot, '.cache/', '/build/prebuilds'])
      assert.ok(!content.includes(folder), `${file}: ${folder}`);
  }
});
