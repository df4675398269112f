import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { parseConfig } from '../../lib/config/index.js';
import { describeSections } from '../../lib/config/reference.js';
import { fileSchema } from '../../lib/config/schema/file.js';
import { generatedFiles } from '../../scripts/generate.js';

const files = await generatedFiles();

describe('the generated files are up to date (if not: npm run generate)', () => {
  for (const [path, text] of files) {
    test(path, () => {
      assert.equal(readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8'), text);
    });
  }
});

test('every section and key has a description, and every key says what is allowed', () => {
  for (const { path, info, keys } of describeSections(fileSchema(['camera1']))) {
    assert.notEqual(info.meaning, '', path.join('.'));
    for (const key of keys) {
      assert.notEqual(key.info.meaning, '', key.path.join('.'));
      assert.notEqual(key.allowed, 'another value', key.path.join('.'));
    }
  }
});

describe('the sample file', () => {
  const sample = files.get('config.toml.example') ?? '';

  test('is accepted as it is, with the defaults', () => {
    assert.deepEqual(
      parseConfig(sample, 'sample').config.cameras,
      parseConfig('[camera1]', 'defaults').config.cameras,
    );
  });

  test('is accepted with every setting switched on', () => {
    const switchedOn = sample.replaceAll(/^#(?=[a-z])/gm, '');
    assert.match(switchedOn, /^dest_host = /m);
    assert.equal(parseConfig(switchedOn, 'sample').config.cameras[0]?.rtp.enabled, true);
  });
});
