import { mcuGrid, type JpegFileHeader, type RestartIntervals } from '../jpeg/index.js';
import { noDamage, type FrameDamage, type RowRange } from './received-frame.js';

/** What of a picture is lost when only these restart intervals are there. */
export function frameDamage(header: JpegFileHeader, intervals: RestartIntervals): FrameDamage {
  const { columns, rows, mcuHeight } = mcuGrid(header.width, header.height, header.sampling);
  const mcus = columns * rows;
  const damaged: RowRange[] = [];
  let firstRow = 0;
  let endRow = 0;
  let lostMcus = 0;
  const close = (): void => {
    if (endRow > firstRow) damaged.push({ firstRow, rowCount: endRow - firstRow });
  };
  for (let i = 0; i < intervals.count; i++) {
    if (intervals.has(i)) continue;
    const begin = i * header.restartInterval;
    const end = Math.min(begin + header.restartInterval, mcus);
    lostMcus += end - begin;
    const beginRow = mcuHeight * Math.floor(begin / columns);
    if (beginRow > endRow) {
      close();
      firstRow = beginRow;
    }
    endRow = Math.min(mcuHeight * Math.ceil(end / columns), header.height);
  }
  close();
  return lostMcus === 0 ? noDamage : { rows: damaged, area: lostMcus / mcus };
}
