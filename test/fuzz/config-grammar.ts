// Files of TOML that are almost configurations, with secrets where there may be some and where they are put by mistake.
import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { parseConfig, publicConfig } from '../../lib/config/index.js';
import { describeSections } from '../../lib/config/reference.js';
import { fileSchema } from '../../lib/config/schema/file.js';
import { StreamerError } from '../../lib/errors/index.js';
import type { Random } from './random.js';
import type { FuzzTarget } from './targets.js';

const secret = 'SECRET';
const isSecret = /SECRET/;

const sections = describeSections(fileSchema(['camera1', 'camera2']));
const sectionNames = sections.map(({ path }) => path.join('.'));
const keyNames = sections.flatMap(({ keys }) => keys.map(({ path }) => path.at(-1) ?? ''));
const someOf = (list: readonly string[], random: Random): string => list[random.below(list.length)] ?? '';

const strings = [
  ...['""', "''", '"test"', '"auto"', "'0x1'", '"\\u00e9\\U0001F600"', '"\u{1F600}"', '"""a\n\nb"""'],
  ...[
    "'''x'''",
    '"rotate-90"',
    '"\\t\\n"',
    '"a:1"',
    '"[::1]:5000"',
    '"1-2"',
    '"bad \\q"',
    '"open',
    "'open",
    '"\\ud800"',
  ],
] as const;
const numbers = [
  ...[
    '0',
    '-1',
    '1',
    '65535',
    '65536',
    '85',
    '1e3',
    '1e400',
    '-0.0',
    'inf',
    '-inf',
    'nan',
    '1_000',
    '1__0',
    '01',
  ],
  ...[
    '9223372036854775807',
    '9223372036854775808',
    '1'.repeat(400),
    '0xffffffff',
    '0o17',
    '0b1',
    '+5',
    '.5',
    '5.',
  ],
] as const;
const others = [
  'true',
  'false',
  'True',
  '2024-02-30',
  '1979-05-27T07:32:00Z',
  '07:32:00',
  '',
  '=',
  '#',
  'null',
] as const;

function value(random: Random, depth = 0): string {
  const kind = random.below(depth > 4 ? 7 : 10);
  if (kind < 3) return random.pick(strings);
  if (kind < 6) return random.pick(numbers);
  if (kind < 7) return random.pick(others);
  const count = random.below(4);
  if (kind < 9) return `[${Array.from({ length: count }, () => value(random, depth + 1)).join(', ')}]`;
  const pairs = Array.from({ length: count }, () => `${key(random)} = ${value(random, depth + 1)}`);
  return `{ ${pairs.join(', ')}${random.oneIn(20) ? ',' : ''} }`;
}

function key(random: Random): string {
  const name = someOf(keyNames, random);
  const at = random.below(name.length);
  const kind = random.below(30);
  if (kind < 22) return name;
  if (kind < 25) return name.slice(0, at) + name.slice(at + 1); // misspelt
  if (kind < 26) return `"${name}\\n"`;
  if (kind < 27) return `${someOf(sectionNames, random)}.${name}`;
  return random.pick(['__proto__', 'constructor', '"\u{1F600}"', '""', 'a.b.c.d', "'a b'", 'camera1']);
}

function header(random: Random): string {
  const name = someOf(sectionNames, random);
  const kind = random.below(24);
  if (kind < 18) return `[${name}]`;
  if (kind < 20) return `[${name}.${key(random)}]`;
  return random.pick([`[[${name}]]`, `[${name}`, `[]`, '[camera99]', '[camera100]', '[zeromq]', '[lidar-1]']);
}

/** What may be wrong about a secret, in the table of a token, a user or a camera's media server. */
function secretLines(random: Random): string {
  const text =
    secret.repeat(1 + random.below(12)) + random.pick(['', ' ', '\\t', '\u{1F600}', '/', '"', '\\q']);
  const held = random.pick([`"${text}"`, `"${text}`, `'${text}'`, `["${text}"]`, `{ x = "${text}" }`, text]);
  const user = random.pick(['a', 'a', '"a b"', secret.repeat(6)]);
  const name = random.pick(['token', 'tokn', 'token_file', 'password_hash', 'passwrd', 'rights', 'x']);
  return random.pick([
    `[server.tokens.${user}]\n${name} = ${held}\n${key(random)} = ${value(random)}`,
    `[server.users.${user}]\n${name} = ${held}`,
    `[server.tokens.a]\ntoken = "0123456789abcdef"\n[server.tokens.a]\n${name} = ${held}`,
    `[server]\n${random.pick(['tokens', 'users', 'tokenz'])} = { ${user} = { ${name} = ${held} } }`,
    `[server]\n${random.pick(['tokens', 'users'])} = ${held}`,
    `[camera1]\n${random.pick(['whip_token', 'whip_tokn', 'whip_token_file'])} = ${held}`,
    `[camera1]\nwhip_url = "https://${random.pick(['a:SECRET@', 'SECRET@', ''])}host/x?${secret}${random.pick(['', '#', ' '])}"`,
    `server = ${held}`,
  ]);
}

/** A section with keys of its own and values that they may have. */
function goodSection({ path, keys }: (typeof sections)[number], random: Random): string {
  const lines = keys
    .map((known) => ({ ...known, value: known.info.example ?? known.defaultValue }))
    .filter(({ info, value: some }) => !info.isSecret && some !== undefined && random.oneIn(4))
    .map((known) => `${known.path.at(-1) ?? ''} = ${JSON.stringify(known.value)}`)
    .filter((line) => !line.endsWith('}'));
  return [`[${path.join('.')}]`, ...lines].join('\n');
}

/** Sections as they should be, with one thing in them that may not. */
function nearlyGood(random: Random): string {
  const chosen = sections.filter(({ path }) => path[0] !== 'server' && random.oneIn(3));
  const odd = random.oneIn(3) ? secretLines(random) : `[server]\n${key(random)} = ${value(random)}`;
  return [...chosen.map((section) => goodSection(section, random)), odd, ''].join('\n');
}

function anyText(random: Random): string {
  const lines = Array.from({ length: random.below(14) }, () => {
    const kind = random.below(10);
    if (kind < 3) return header(random);
    if (kind < 4) return secretLines(random);
    return `${key(random)} = ${value(random)}${random.oneIn(30) ? ' # \0' : ''}`;
  });
  return [...lines, secretLines(random), ''].join(random.oneIn(8) ? '\r\n' : '\n');
}

/** Everything is read, or refused by a line in which no secret is; what the web server shows has none either. */
export class ConfigGrammarTarget implements FuzzTarget {
  readonly name = 'configuration';
  /** Files that were read. */
  accepted = 0;

  step(random: Random): void {
    const text = random.oneIn(2) ? anyText(random) : nearlyGood(random);
    let loaded;
    try {
      loaded = parseConfig(text, 'config.toml');
    } catch (error) {
      assert.ok(error instanceof StreamerError, text);
      assert.doesNotMatch(error.message, /[\r\n]/, text);
      assert.doesNotMatch(inspect(error, { depth: Infinity }), isSecret, text);
      return;
    }
    this.accepted += 1;
    assert.doesNotMatch(JSON.stringify([publicConfig(loaded.sections, []), loaded.notices]), isSecret, text);
  }
}
