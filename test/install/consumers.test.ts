// The package from its tarball, for programs that depend on it: what is in it, what can be imported, and its types.
import assert from 'node:assert/strict';
import {
  accessSync,
  constants,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { projectRoot } from '../helpers/debian13.js';
import { codeBlocks, documentationPages } from '../helpers/documentation.js';
import { packFresh } from '../helpers/packed.js';
import { runToEnd } from '../helpers/processes.js';

const workspace = mkdtempSync(path.join(tmpdir(), 'pcs-consumers-'));
const consumer = path.join(workspace, 'consumer');
const installed = path.join(consumer, 'node_modules', 'pi-camera-streamer');
const compiler = path.join(projectRoot, 'node_modules', '.bin', 'tsc');
let tarball: string;

before(async () => {
  tarball = await packFresh(mkdtempSync(path.join(workspace, 'pack-')));
  cpSync(path.join(import.meta.dirname, 'consumers'), consumer, { recursive: true });
  writeFileSync(path.join(consumer, 'package.json'), '{ "type": "module" }\n');
  await runToEnd('npm', ['install', '--silent', '--prefix', consumer, tarball]);
  mkdirSync(path.join(consumer, 'node_modules', '@types'), { recursive: true });
  const types = path.join('node_modules', '@types', 'node');
  symlinkSync(path.join(projectRoot, types), path.join(consumer, types));
});

after(() => {
  rmSync(workspace, { recursive: true });
});

const inPackage = (name: string): string => path.join(installed, name);
const readJson = (name: string): unknown => JSON.parse(readFileSync(inPackage(name), 'utf8'));

/** The installed package's files, without those of what it depends on. */
const packageFiles = (): string[] =>
  readdirSync(installed, { recursive: true, encoding: 'utf8' }).filter(
    (name) => !name.startsWith('node_modules') && statSync(inPackage(name)).isFile(),
  );

interface Project {
  readonly names: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Compiles programs as strictly as a consumer may, and returns the folders where the results are. */
async function compile(...projects: readonly Project[]): Promise<string[]> {
  const outputs = projects.map(writeProject);
  // All in one process, which takes half the time. It says what is wrong on standard output.
  await runToEnd('sh', ['-c', '"$0" --build "$@" >&2', compiler, ...outputs]);
  return outputs;
}

/** Returns the folder of its tsconfig.json, where the compiled programs go, too. */
function writeProject({ names, options }: Project): string {
  const output = mkdtempSync(path.join(consumer, 'out-'));
  const compilerOptions = {
    ...{ strict: true, skipLibCheck: false, target: 'es2023', lib: ['es2023'], types: ['node'] },
    ...{ outDir: output, rootDir: consumer },
    ...options,
  };
  const files = names.map((name) => path.join(consumer, name));
  writeFileSync(path.join(output, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
  return output;
}

async function run(file: string): Promise<unknown> {
  return JSON.parse(await runToEnd(process.execPath, ['--no-warnings', file]));
}

// Each way of resolution, and a CommonJS program by each way that it may take.
const ways = [
  { module: 'node16', moduleResolution: 'node16', commonJs: ['imported'] },
  { module: 'nodenext', moduleResolution: 'nodenext', commonJs: ['required'] },
  { module: 'esnext', moduleResolution: 'bundler', commonJs: [] },
];

test('programs that use every entry point compile and run, by each way of resolution', async () => {
  const projects = ways.flatMap(({ commonJs, ...resolution }) => {
    const names = ['every-entry.ts', ...commonJs.map((name) => `${name}.cts`)];
    return [true, false].map((exactOptionalPropertyTypes) => ({
      ...{ names, commonJs },
      options: { ...resolution, exactOptionalPropertyTypes },
    }));
  });
  const outputs = await compile(...projects);
  for (const [i, { commonJs, options }] of projects.entries()) {
    const output = outputs[i] ?? '';
    assert.deepEqual(
      await run(path.join(output, 'every-entry.js')),
      {
        size: '320x240',
        longest: 1400,
        markers: 1,
        port: 5000,
        received: '320x240',
        refused: 'ERR_INVALID_ARGUMENT',
      },
      JSON.stringify(options),
    );
    for (const name of commonJs)
      assert.deepEqual(await run(path.join(output, `${name}.cjs`)), { width: 320, packets: 0 });
  }
});

test('what needs nothing of Node compiles without its types', async () => {
  await compile(
    ...ways.map(({ module, moduleResolution }) => ({
      names: ['pure.ts'],
      options: { module, moduleResolution, types: [] },
    })),
  );
});

test('the programs in its documentation compile', async () => {
  const programs = codeBlocks(installed, documentationPages(installed), 'ts');
  assert.ok(programs.length > 10);
  const imports = programs.map(({ place, text }) => {
    const name = place.replaceAll(/\W/g, '-');
    writeFileSync(path.join(consumer, `${name}.ts`), text);
    return `import './${name}.js';\n`;
  });
  writeFileSync(path.join(consumer, 'documented.ts'), imports.join(''));
  await compile({ names: ['documented.ts'], options: { module: 'nodenext' } });
});

test('what package.json names is there', () => {
  const description = readJson('package.json') as {
    readonly main: string;
    readonly types: string;
    readonly bin: Readonly<Record<string, string>>;
    readonly exports: Readonly<Record<string, string | Readonly<Record<string, string>>>>;
  };
  const exported = Object.values(description.exports).flatMap((target) =>
    typeof target === 'string' ? target : Object.values(target),
  );
  for (const name of [description.main, description.types, ...exported])
    accessSync(inPackage(name), constants.R_OK);
  const [command = ''] = Object.values(description.bin);
  accessSync(inPackage(command), constants.X_OK);
  assert.match(readFileSync(inPackage(command), 'utf8'), /^#!\/usr\/bin\/env node\n/);
});

test('it has what it runs and is built from, and nothing else', () => {
  const names = packageFiles();
  const tops = new Set(names.map((name) => name.split('/')[0]));
  assert.deepEqual([...tops].sort(), [
    ...['CHANGELOG.md', 'CMakeLists.txt', 'LICENSE', 'README.md', 'THIRD-PARTY-NOTICES.md', 'binding.gyp'],
    ...['cmake', 'config.schema.json', 'config.toml.example', 'deploy', 'dist', 'docs', 'examples', 'native'],
    ...['package.json', 'prebuilds', 'scripts'],
  ]);
  const below = (folder: string): string[] => names.filter((name) => name.startsWith(`${folder}/`));
  assert.deepEqual(below('scripts'), ['scripts/build-native.mjs']);
  assert.deepEqual(
    below('dist').filter((name) => !/\.(js|js\.map|d\.ts)$|\/static\/[\w-]+\.(html|css|svg)$/.test(name)),
    [],
  );
  const { addons } = readJson('prebuilds/manifest.json') as { readonly addons: object };
  assert.deepEqual(
    below('prebuilds').sort(),
    ['manifest.json', ...Object.keys(addons)].map((name) => `prebuilds/${name}`).sort(),
  );
});

test('source maps hold their sources, and no file names a map that is not there', () => {
  const names = packageFiles().filter((name) => name.startsWith('dist/'));
  for (const name of names.filter((name) => name.endsWith('.map'))) {
    const { sources, sourcesContent } = readJson(name) as {
      readonly sources: readonly string[];
      readonly sourcesContent?: readonly string[];
    };
    assert.equal(sourcesContent?.length, sources.length, name);
  }
  for (const name of names.filter((name) => !name.endsWith('.map'))) {
    const [, map] = /^\/\/# sourceMappingURL=(.*)$/m.exec(readFileSync(inPackage(name), 'utf8')) ?? [];
    if (map !== undefined) assert.ok(names.includes(path.join(path.dirname(name), map)), name);
  }
});

test('it is small', () => {
  const unpacked = packageFiles().reduce((sum, name) => sum + statSync(inPackage(name)).size, 0);
  assert.ok(unpacked < 11_500_000, `${String(unpacked)} bytes unpacked`);
  const packed = statSync(tarball).size;
  assert.ok(packed < 4_500_000, `${String(packed)} bytes packed`);
});

test('what is not exported can not be imported', async () => {
  const parts = ['dist/rtp/rtp-header.js', 'dist/index.js', 'rtcp', 'native/core-addon.js'];
  const script = `
    const codes = ${JSON.stringify(parts)}.map((part) =>
      import('pi-camera-streamer/' + part).then(() => 'imported', ({ code }) => code));
    console.log(JSON.stringify(await Promise.all(codes)));`;
  const file = path.join(consumer, 'deep.js');
  writeFileSync(file, script);
  assert.deepEqual(
    await run(file),
    parts.map(() => 'ERR_PACKAGE_PATH_NOT_EXPORTED'),
  );
});
