// Secrets of the configuration are in no message, whatever is wrong with the file.
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, test } from 'node:test';
import { inspect } from 'node:util';
import { loadConfig, parseConfig, publicConfig, saveEdits } from '../../lib/config/index.js';
import { StreamerError } from '../../lib/errors/index.js';
import { Credentials } from '../../lib/web/security/credentials.js';
import { cli } from '../helpers/cli.js';
import { temporaryFolder } from '../helpers/streamer.js';

const secret = 'SECRET';

/** Each is refused, in one way or another. */
const files: Readonly<Record<string, string>> = {
  'a token that is too short': '[server.tokens.a]\ntoken = "SECRETshort"',
  'a token that is too long': `[server.tokens.a]\ntoken = "${secret.repeat(100)}"`,
  'a token beside wrong rights': '[server.tokens.a]\ntoken = "SECRETSECRETSECRET"\nrights = "x"',
  'a token in place of rights': '[server.tokens.a]\ntoken = "0123456789abcdef"\nrights = "SECRET"',
  'a token in a misspelt key': '[server.tokens.a]\ntokn = "SECRETSECRETSECRET"',
  'a token in an array': '[server.tokens.a]\ntoken = ["SECRETSECRETSECRET"]',
  'a token without its table': '[server.tokens]\na = "SECRETSECRETSECRET"',
  'a token in place of all tokens': '[server]\ntokens = "SECRETSECRETSECRET"',
  'a list of tokens': '[server]\ntokens = ["SECRETSECRETSECRET"]',
  'a token in place of its name': '[server.tokens]\n"SECRET SECRET SECRET" = "control"',
  'a long token in place of its name': `[server.tokens.${secret.repeat(10)}]\nrights = "read"`,
  'a token in an array of tables': '[[server.tokens]]\na = "SECRETSECRETSECRET"',
  'a token in place of the section': 'server = "SECRETSECRETSECRET"',
  'a password in place of its hash': '[server.users.a]\npassword_hash = "SECRETpw"',
  'a hash that is cut': '[server.users.a]\npassword_hash = "$scrypt$ln=14,r=8,p=1$SECRET"',
  'a hash of another cost': `[server.users.a]\npassword_hash = "$scrypt$ln=20,r=8,p=1$${secret.repeat(10)}"`,
  'a misspelt key beside it': '[server.users.a]\npassword_hash = 5\npasswrd = "SECRETpw"',
  'a user without a table': '[server.users]\na = "SECRETpw"',
  'a password in [server]': '[server]\npassword = "SECRETpw"',
  "a media server's token with a blank": '[camera2]\nwhip_token = "SECRET token"',
  "a media server's token as a table": '[camera2]\nwhip_token = { SECRET = "SECRET" }',
  "a media server's token in a misspelt key": '[camera2]\nwhip_tokn = "SECRET"',
  'a password in the URL': '[camera2]\nwhip_url = "https://u:SECRET@host/x"',
  'a query in a URL of another scheme': '[camera2]\nwhip_url = "ftp://host/x?key=SECRET"',
  'a camera that is a text': 'camera1 = "SECRET"',
  'a string that does not end': '[server.tokens.a]\ntoken = "SECRETunterminated\n',
  'a string without quotes': '[server.tokens.a]\ntoken = SECRETbare',
  'an escape that is none': '[server.tokens.a]\ntoken = "SECRET\\q"',
  'a key twice': '[server.tokens.a]\ntoken = "SECRETSECRETSECRET"\ntoken = "SECRETSECRETSECRET"',
  'a line before the secret': '[server.tokens.a]\nrights = \ntoken = "SECRETSECRETSECRET"',
  'an inline table that does not end': '[server]\ntokens = { a = { token = "SECRETSECRETSECRET"',
  'no conflict with the secret':
    '[server.tokens.a]\ntoken = "SECRETSECRETSECRET"\n[server]\ntls_key_file = "x"',
};

function errorOf(action: () => unknown): StreamerError {
  try {
    action();
  } catch (error) {
    assert.ok(error instanceof StreamerError, String(error));
    return error;
  }
  return assert.fail('it was not refused');
}

describe('a message about a file does not have', () => {
  for (const [what, text] of Object.entries(files)) {
    it(what, () => {
      const error = errorOf(() => parseConfig(text, 'c.toml'));
      // With its causes, as -log-level debug prints it.
      assert.doesNotMatch(inspect(error, { depth: Infinity }), /SECRET/);
      assert.match(error.message, /^c\.toml/);
    });
  }
});

test('check-config and doctor show no secret, and say where it is wrong', async (context) => {
  const folder = temporaryFolder(context);
  const file = path.join(folder, 'config.toml');
  for (const text of [files['a token that is too short'], files['a string that does not end']]) {
    writeFileSync(file, text ?? '');
    for (const args of [
      ['check-config', file],
      ['check-config', file, '-log-level', 'debug'],
      ['-config', file, '-log-level', 'debug'],
      ['doctor', '-config', file],
      ['doctor', '-config', file, '--json'],
    ]) {
      const { code, stdout, stderr } = await cli(args);
      assert.notEqual(code, 0);
      assert.doesNotMatch(stdout + stderr, /SECRET/, args.join(' '));
    }
    assert.match((await cli(['check-config', file])).stderr, /config\.toml:2/);
  }
});

test('a token in place of its file is shown by neither message nor web server', () => {
  const text = `[server.tokens.a]\ntoken_file = "${secret}"\n[camera1]\nwhip_token_file = "${secret}"`;
  const { config, sections } = parseConfig(text, 'c.toml');
  const error = errorOf(() => new Credentials(config.server));
  assert.equal(error.code, 'ERR_FILE_NOT_FOUND');
  assert.match(error.message, /^server\.tokens\.a\.token_file: .*ENOENT/);
  assert.doesNotMatch(inspect(error, { depth: Infinity }), /SECRET/);
  assert.doesNotMatch(JSON.stringify(publicConfig(sections, [])), /SECRET/);
});

test('a token whose section was forgotten is not shown by the web server, and keys that are known are', () => {
  for (const section of ['buffers', 'timeouts', 'logging', 'limits', 'debug']) {
    const { sections } = parseConfig(`[${section}]\ntoken = "${secret}"\n`, 'c.toml');
    assert.doesNotMatch(JSON.stringify(publicConfig(sections, [])), /SECRET/, section);
  }
  const { sections } = parseConfig('[logging]\nframe_log_interval = 7\n', 'c.toml');
  assert.deepEqual(publicConfig(sections, [])['logging'], { frame_log_interval: 7 });
});

test('a file that cannot be edited is refused without an excerpt of it', (context) => {
  const file = path.join(temporaryFolder(context), 'config.toml');
  writeFileSync(file, 'server = { tokens = { a = { token = "SECRETSECRETSECRET" } } }\n');
  assert.deepEqual(Object.keys(loadConfig(file).config.server.tokens), ['0']);
  const edit = { path: ['server', 'tokens', 'a', 'more', 'x'], value: 1 };
  assert.doesNotMatch(
    inspect(
      errorOf(() => {
        saveEdits(file, [edit]);
      }),
      { depth: Infinity },
    ),
    /SECRET/,
  );
});
