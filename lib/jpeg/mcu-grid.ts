import type { ChromaSampling } from './jpeg-parser.js';

/** How a picture is divided into minimum coded units (ITU-T T.81, section A.2.4). */
export interface McuGrid {
  readonly columns: number;
  readonly rows: number;
  /** Rows of pixels in one MCU. */
  readonly mcuHeight: number;
}

/** @param width - pixels; an MCU at the edge may be cut */
export function mcuGrid(width: number, height: number, sampling: ChromaSampling): McuGrid {
  const mcuHeight = sampling === '4:2:0' ? 16 : 8;
  return { columns: Math.ceil(width / 16), rows: Math.ceil(height / mcuHeight), mcuHeight };
}
