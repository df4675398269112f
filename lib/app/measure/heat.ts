import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { namesIn, textOf } from '../../util/files.js';
import { round } from '../report-values.js';
import type { ProcessFigures } from './report.js';

/** The firmware's bits: a condition holds now, or, 16 bits higher, has held since the start. */
const conditions: readonly (readonly [bit: number, text: string])[] = [
  [0, 'under-voltage'],
  [1, 'frequency capped'],
  [2, 'throttled'],
  [3, 'soft temperature limit'],
];
const sinceStartBit = 16;

const throttledFile = '/sys/devices/platform/soc/soc:firmware/get_throttled';
const thermalFolder = '/sys/class/thermal';

/** Kernels name the zone of the processor so: the Raspberry Pi's, other ARM boards' and Intel's. */
const processorZone = /^(?:cpu|soc|x86_pkg_temp)/;

/** How warm the processor is, and whether that or its power slows it down. */
export async function readHeat(): Promise<Pick<ProcessFigures, 'temperatureC' | 'throttled'>> {
  return { temperatureC: readTemperature(), throttled: throttledFlags(await readThrottled()) };
}

/**
 * @param text - hexadecimal, as the kernel's file says it, or with `throttled=0x` before it, as vcgencmd does
 * @returns null where there is no such number
 */
export function throttledFlags(text: string): string[] | null {
  const [, digits] = /^(?:throttled=)?(?:0x)?([0-9a-f]+)$/i.exec(text.trim()) ?? [];
  if (digits === undefined) return null;
  const flags = parseInt(digits, 16);
  const isSet = (bit: number): boolean => (flags & (1 << bit)) !== 0;
  return conditions.flatMap(([bit, condition]) => [
    ...(isSet(bit) ? [`${condition} now`] : []),
    ...(isSet(bit + sinceStartBit) ? [`${condition} since the start`] : []),
  ]);
}

/** Empty on machines that are no Raspberry Pi. */
async function readThrottled(): Promise<string> {
  const text = textOf(throttledFile);
  if (text !== '') return text;
  try {
    return (await promisify(execFile)('vcgencmd', ['get_throttled'], { timeout: 3000 })).stdout;
  } catch {
    return '';
  }
}

function readTemperature(): number | null {
  const zone = namesIn(thermalFolder).find((name) =>
    processorZone.test(textOf(path.join(thermalFolder, name, 'type'))),
  );
  if (zone === undefined) return null;
  const milliDegrees = textOf(path.join(thermalFolder, zone, 'temp')).trim();
  return milliDegrees === '' ? null : round(Number(milliDegrees) / 1000, 1);
}
