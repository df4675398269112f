import { packageDescription } from '../../native/package-folder.js';
import type { CheckResult } from './finding.js';

/**
 * The version of Node.js against what the package asks for.
 *
 * @param version - without the v
 */
export function checkNode(
  version: string = process.versions.node,
  wanted: string = wantedVersion(),
): CheckResult {
  const title = `Node.js ${version}`;
  if (isAtLeast(version, wanted))
    return { status: 'ok', title: `${title}, of ${wanted} or newer`, details: [] };
  return {
    status: 'failure',
    title: `${title} is older than ${wanted}, which this package needs`,
    details: [],
    remedy: 'sudo npm install -g node@22 npm@10, then a new terminal; docs/installation.md has more',
  };
}

/** Of package.json, such as 20.19. */
function wantedVersion(): string {
  return packageDescription().engines.node.replace('>=', '');
}

function isAtLeast(version: string, wanted: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [wantedMajor = 0, wantedMinor = 0] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
