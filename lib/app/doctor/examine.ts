import { platform } from 'node:os';
import { checkBuffers } from './buffers.js';
import { checkCameraAddon, checkCoreAddon } from './addons.js';
import { checkCameras } from './cameras.js';
import { checkConfiguration } from './configuration.js';
import { checkDestinations } from './destinations.js';
import { gatherFacts, type Facts } from './facts.js';
import type { CheckResult, Finding, FindingId } from './finding.js';
import { checkKernel } from './kernel.js';
import { checkLibcamera } from './libcamera.js';
import { checkNode } from './node.js';
import { checkPermissions } from './permissions.js';
import { checkPlatform } from './platform.js';
import { checkPorts } from './ports.js';
import { checkSources } from './sources.js';

/** Undefined where there is nothing to say. */
type Check = (facts: Facts) => CheckResult | undefined | Promise<CheckResult | undefined>;

/** What holds anywhere. */
const anywhere: readonly (readonly [FindingId, Check])[] = [
  ['platform', () => checkPlatform()],
  ['node', () => checkNode()],
];

/** A cause comes before what follows from it. */
const onLinux: readonly (readonly [FindingId, Check])[] = [
  ['core-addon', checkCoreAddon],
  ['camera-addon', checkCameraAddon],
  ['libcamera', checkLibcamera],
  ['permissions', (facts) => checkPermissions(facts)],
  ['cameras', checkCameras],
  ['kernel', checkKernel],
  ['buffers', () => checkBuffers()],
  ['configuration', checkConfiguration],
  ['sources', checkSources],
  ['destinations', checkDestinations],
  ['ports', checkPorts],
];

/**
 * Looks at all that streaming needs, one after the other. Nothing is thrown, and nothing waits for longer than some
 * seconds.
 *
 * @param configFile - undefined: config.toml in the working directory, if it is there
 */
export async function* examine(configFile: string | undefined): AsyncGenerator<Finding> {
  const facts = gatherFacts(configFile);
  const checks = platform() === 'linux' ? [...anywhere, ...onLinux] : anywhere;
  for (const [id, check] of checks) {
    const result = await runCheck(check, facts);
    if (result) yield { id, ...result };
  }
}

/** @returns a finding, also when the check itself fails */
export async function runCheck(check: Check, facts: Facts): Promise<CheckResult | undefined> {
  try {
    return await check(facts);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { status: 'warning', title: `could not be looked at: ${message}`, details: [] };
  }
}
