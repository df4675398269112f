import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { test, type TestContext } from 'node:test';
import { controlGroupMemoryLimit } from '../../lib/util/memory-limit.js';

/** A hierarchy with these files, and the process in `group`. */
function limitOf(context: TestContext, files: Readonly<Record<string, string>>, group: string) {
  const root = mkdtempSync(path.join(tmpdir(), 'pcs-cgroup-'));
  context.after(() => {
    rmSync(root, { recursive: true });
  });
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(root, file)), { recursive: true });
    writeFileSync(path.join(root, file), text);
  }
  const membership = path.join(root, 'membership');
  writeFileSync(membership, `1:name=systemd:/elsewhere\n0::${group}\n`);
  return controlGroupMemoryLimit(root, membership);
}

test('the tightest bound holds, of the group or of one around it', (context) => {
  const own = { 'system.slice/a.service/memory.max': '300\n', 'system.slice/a.service/memory.high': '200\n' };
  assert.equal(limitOf(context, own, '/system.slice/a.service'), 200);
  const outer = { ...own, 'system.slice/memory.max': '100\n' };
  assert.equal(limitOf(context, outer, '/system.slice/a.service'), 100);
  assert.equal(limitOf(context, { 'memory.max': '50\n' }, '/'), 50);
});

test('no bound is none, and so is a machine without the unified hierarchy', (context) => {
  assert.equal(limitOf(context, { 'a/memory.max': 'max\n', 'a/memory.high': 'max\n' }, '/a'), undefined);
  assert.equal(limitOf(context, {}, '/gone'), undefined);
  assert.equal(controlGroupMemoryLimit('/nowhere', '/nowhere/cgroup'), undefined);
});
