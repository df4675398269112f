// One configuration for TypeScript and the few scripts in plain JavaScript. It also holds the layers of lib/.
import { readdirSync } from 'node:fs';
import { defineConfig } from 'eslint/config';
import { createTypeScriptImportResolver } from 'eslint-import-resolver-typescript';
import importX from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

// From the bottom up. A folder imports from the layers below its own only. Within a layer: `apart` folders don't
// know each other, but for the pairs in `except` ([importer, imported]).
const layers = [
  { folders: ['errors', 'util'] },
  { folders: ['config', 'jpeg', 'rtp', 'rtcp', 'sdp'], apart: true, except: [['rtp', 'jpeg']] },
  { folders: ['native', 'net'] },
  { folders: ['camera', 'pipeline'] },
  { folders: ['outputs', 'receiver'], apart: true },
  { folders: ['web', 'metrics'], apart: true },
  { folders: ['app'] },
  { folders: ['cli'] },
];

function foldersIn(folder) {
  return readdirSync(new URL(`${folder}/`, import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** The folders of lib/ that this one may not import from. */
function forbiddenFor(folder) {
  const level = layers.findIndex(({ folders }) => folders.includes(folder));
  if (level < 0) throw new Error(`eslint.config.js: no layer names lib/${folder}`);
  const { folders, apart = false, except = [] } = layers[level];
  const allowedBeside = (other) =>
    other === folder || !apart || except.some(([from, to]) => from === folder && to === other);
  const above = layers.slice(level + 1).flatMap((layer) => layer.folders);
  return [...folders.filter((other) => !allowedBeside(other)), ...above];
}

const layerZones = foldersIn('lib').map((folder) => ({
  target: `./lib/${folder}`,
  from: [...forbiddenFor(folder).map((other) => `./lib/${other}`), './lib/index.ts'],
  message: `lib/${folder} imports from the layers below it only (see the table in eslint.config.js).`,
}));

const outputZones = foldersIn('lib/outputs').map((output) => ({
  target: `./lib/outputs/${output}`,
  from: './lib/outputs',
  except: [`./${output}`],
  message: 'Outputs never import each other.',
}));

const sizeLimits = {
  'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
  'max-lines-per-function': ['error', { max: 50, skipBlankLines: true, skipComments: true }],
};

const castRules = [
  {
    selector: 'TSAsExpression > TSAsExpression > TSUnknownKeyword',
    message: 'A cast by way of unknown hides an error of types.',
  },
];

const nodeGlobals = [
  'AbortController',
  'Buffer',
  'console',
  'fetch',
  'performance',
  'process',
  'setTimeout',
  'URL',
];

export default defineConfig(
  // Programs of the package's users, compiled by a test, have no project here.
  { ignores: ['**/node_modules/', 'build/', 'dist/', 'prebuilds/', '.cache/', 'test/install/consumers/'] },
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  {
    name: 'typescript',
    files: ['lib/**/*.ts', 'test/**/*.ts', 'scripts/**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { project: 'tsconfig.json', tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      ...sizeLimits,
      eqeqeq: 'error',
      'no-console': 'error',
      'no-restricted-syntax': ['error', ...castRules],
      '@typescript-eslint/consistent-type-imports': 'error',
      // node:test's functions return promises that nobody has to await.
      '@typescript-eslint/no-floating-promises': [
        'error',
        {
          allowForKnownSafeCalls: [
            {
              from: 'package',
              package: 'node:test',
              name: ['test', 'describe', 'it', 'before', 'after', 'beforeEach', 'afterEach'],
            },
          ],
        },
      ],
    },
  },
  {
    name: 'layers',
    files: ['lib/**/*.ts'],
    plugins: { 'import-x': importX },
    settings: {
      ...importX.flatConfigs.typescript.settings,
      'import-x/resolver-next': [createTypeScriptImportResolver({ project: 'tsconfig.json' })],
    },
    rules: {
      'import-x/no-restricted-paths': [
        'error',
        { basePath: import.meta.dirname, zones: [...layerZones, ...outputZones] },
      ],
      'import-x/no-cycle': 'error',
    },
  },
  {
    name: 'promises of the package',
    files: ['lib/**/*.ts'],
    rules: {
      // A rejection that nobody handles is a fault that belongs to no connection: see lib/errors/faults.ts.
      'no-void': 'error',
      '@typescript-eslint/no-floating-promises': ['error', { ignoreVoid: false }],
    },
  },
  {
    name: 'sockets of servers',
    files: ['lib/**/*.ts'],
    ignores: ['lib/net/**', 'lib/web/security/connections.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...castRules,
        {
          selector:
            'CallExpression[callee.property.name=/^(on|once|addListener|prependListener)$/] > Literal:first-child[value=/^(connection|secureConnection|upgrade|connect|clientError|tlsClientError)$/]',
          message:
            'Node hands the socket over with this event, and an error that nobody listens to ends the process: lib/web/security/connections.ts takes sockets.',
        },
      ],
    },
  },
  {
    name: 'pure folders',
    files: ['lib/{jpeg,rtp,rtcp,sdp}/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              regex: '^(node:|[^.])',
              message: 'This folder is pure: it takes bytes and numbers, and uses nothing from outside.',
            },
          ],
        },
      ],
    },
  },
  {
    name: 'tests',
    files: ['test/**/*.test.ts'],
    rules: {
      // The rule counts the body of describe() as one function, which is as long as its tests are many.
      'max-lines-per-function': 'off',
    },
  },
  {
    name: 'programs that print',
    files: ['lib/cli/**/*.ts', 'scripts/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  {
    name: 'viewer: plain JavaScript for browsers, whose names and types tsc checks',
    files: ['lib/web/static/**/*.js'],
    extends: [tseslint.configs.recommended],
    rules: {
      ...sizeLimits,
      eqeqeq: 'error',
      'no-console': 'error',
      'no-unreachable': 'error',
      'prefer-const': 'error',
    },
  },
  {
    name: 'plain JavaScript',
    files: ['**/*.{js,mjs}'],
    ignores: ['lib/web/static/**'],
    extends: [tseslint.configs.recommended],
    languageOptions: {
      globals: Object.fromEntries(nodeGlobals.map((name) => [name, 'readonly'])),
    },
    rules: {
      ...sizeLimits,
      eqeqeq: 'error',
      'no-undef': 'error',
      'no-unreachable': 'error',
      'prefer-const': 'error',
    },
  },
);
