/**
 * `ok` · `note`: worth knowing, nothing has to be done · `warning`: something is missing that may be needed ·
 * `failure`: streaming can't run, or not as the configuration says.
 */
export type FindingStatus = 'ok' | 'note' | 'warning' | 'failure';

/** What was looked at, in this order. docs/troubleshooting.md has a section for each. */
export const findingIds = [
  'platform',
  'node',
  'core-addon',
  'camera-addon',
  'libcamera',
  'permissions',
  'cameras',
  'kernel',
  'buffers',
  'configuration',
  'sources',
  'destinations',
  'ports',
] as const;
export type FindingId = (typeof findingIds)[number];

/** What was found. Its id stays the same from version to version; the texts are for people and may change. */
export interface Finding {
  readonly id: FindingId;
  readonly status: FindingStatus;
  /** In one line. */
  readonly title: string;
  /** More of it, a line each. */
  readonly details: readonly string[];
  /** What to do. */
  readonly remedy?: string;
}

/** What a check finds: one thing, whose id is that of the check. */
export type CheckResult = Omit<Finding, 'id'>;

/** Whether streaming can run, as far as these findings tell. */
export function canStream(findings: readonly Finding[]): boolean {
  return findings.every(({ status }) => status !== 'failure');
}

/** What a check found about one of several things. */
export interface Part {
  readonly status: FindingStatus;
  readonly text: string;
}

const fromBestToWorst: readonly FindingStatus[] = ['ok', 'note', 'warning', 'failure'];

/** As bad as the worst of them. */
export function worstStatus(parts: readonly Pick<Part, 'status'>[]): FindingStatus {
  const ranks = parts.map(({ status }) => fromBestToWorst.indexOf(status));
  return fromBestToWorst[Math.max(0, ...ranks)] ?? 'ok';
}
