import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseConfig, publicConfig } from '../../lib/config/index.js';

const secret = 'very-secret';

function whipOf(lines: string) {
  return parseConfig(`[camera1]\n${lines}\n`, 'c.toml').config.cameras[0]?.whip;
}

test('a media server for a camera', () => {
  assert.equal(whipOf(''), undefined);
  assert.equal(whipOf(`whip_url = ""\nwhip_token = "${secret}"`), undefined);
  const url = 'https://media.example.org/camera1/whip?key=1';
  assert.deepEqual(whipOf(`whip_url = "${url}"`), { url, token: undefined, tokenFile: undefined });
  assert.equal(whipOf(`whip_url = "${url}"\nwhip_token = "user:${secret}"`)?.token, `user:${secret}`);
  assert.equal(whipOf(`whip_url = "${url}"\nwhip_token_file = "/run/token"`)?.tokenFile, '/run/token');
});

for (const line of [
  `whip_url = "https://user:${secret}@media.example.org/"`,
  `whip_url = "https://${secret}@media.example.org/"`,
  `whip_url = "ftp://media.example.org/${secret}"`,
  `whip_url = "https://media.example.org/#${secret}"`,
  `whip_url = "media.example.org/${secret}"`,
  `whip_url = "https://media example.org/${secret}"`,
  `whip_url = "https://[${secret}/"`,
  `whip_token = "${secret} and more"`,
  `whip_token = "${secret}\\n"`,
  `whip_token = ["${secret}"]`,
])
  test(`refused, without showing it: ${line}`, () => {
    assert.throws(
      () => whipOf(line),
      ({ code, message }: Error & { code: string }) => {
        assert.equal(code, 'ERR_CONFIG_INVALID');
        assert.match(message, /^c.toml:2: camera1.whip_(url|token) is of a wrong form, but must be /);
        return !message.includes(secret);
      },
    );
  });

test('a token and a file that holds one', () => {
  const lines = `whip_url = "https://a.example/"\nwhip_token = "${secret}"\nwhip_token_file = "f"`;
  assert.throws(() => whipOf(lines), {
    code: 'ERR_CONFIG_CONFLICT',
    message: 'c.toml:4: camera1.whip_token and camera1.whip_token_file are both set; remove one of them',
  });
});

test('the web server shows neither the token nor the query', () => {
  const lines = `whip_url = "https://a.example/live/whip?key=${secret}"\nwhip_token = "${secret}"`;
  const { sections } = parseConfig(`[camera1]\n${lines}\n[camera2]\n`, 'c.toml');
  const shown = publicConfig(sections, []);
  assert.doesNotMatch(JSON.stringify(shown), new RegExp(secret));
  const { camera1, camera2 } = shown as Record<string, Record<string, unknown>>;
  assert.equal(camera1?.['whip_url'], 'https://a.example/live/whip');
  assert.equal(camera2?.['whip_url'], '');
});
