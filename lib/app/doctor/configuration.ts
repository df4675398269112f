import { StreamerError } from '../../errors/index.js';
import type { Facts } from './facts.js';
import type { CheckResult } from './finding.js';

/** The configuration file, as check-config reads it. */
export function checkConfiguration({
  configuration,
  enabled,
}: Pick<Facts, 'configuration' | 'enabled'>): CheckResult {
  if (configuration instanceof Error) {
    const code = configuration instanceof StreamerError ? `${configuration.code}: ` : '';
    return {
      status: 'failure',
      title: `${code}${configuration.message}`,
      details: [],
      remedy: 'correct the file: docs/configuration.md has every key, docs/errors.md every code',
    };
  }
  const { file, notices } = configuration;
  const streams = `streams ${enabled.map(({ name }) => name).join(', ')}`;
  if (file === undefined) {
    return {
      status: 'note',
      title: 'no config.toml here: the defaults hold, and the command line says what to stream',
      details: [],
    };
  }
  if (enabled.length > 0) return { status: 'ok', title: `${file} ${streams}`, details: notices };
  return {
    status: 'note',
    title: `${file} is good, but streams no camera`,
    details: notices,
    remedy: 'set dest_host in [mjpeg-rtp.camera1], or give --dest HOST:PORT',
  };
}
