import { cpus, release, totalmem } from 'node:os';
import { searchCameraAddon } from '../../native/camera-addon.js';
import { thisMachine } from '../doctor/platform.js';
import { round } from '../report-values.js';
import type { MachineFacts } from './report.js';

/** What figures depend on. */
export function machineFacts(): MachineFacts {
  const { board, system, arch } = thisMachine();
  const cores = cpus();
  return {
    board: board ?? null,
    system,
    kernel: release(),
    architecture: arch,
    processor: cores[0]?.model.trim() ?? 'unknown',
    cores: cores.length,
    memoryMiB: round(totalmem() / 2 ** 20, 0),
    nodeVersion: process.versions.node,
    libcameraVersion: searchCameraAddon().loaded?.addon.libcameraVersion ?? null,
  };
}
