import type { RestartIntervals } from '../jpeg/index.js';
import { scanOffset, type FrameAssembly } from './frame-assembly.js';
import type { FragmentList } from './fragment-list.js';

/**
 * Sorts what came of a frame into restart intervals (RFC 2435 section 3.1.7): chunks whose packets are all there, and
 * of others what came from the first packet on.
 *
 * @param intervals - empty, for as many intervals as the frame has: at most 0x3fff
 */
export function findReceivedIntervals(assembly: FrameAssembly, intervals: RestartIntervals): void {
  const { fragments } = assembly;
  // Of the chunk before: its first interval, the one after its last, and where it ends if all of it is there.
  let first = -1;
  let next = 0;
  let end = -1;
  for (let i = 0; i < fragments.count; i++) {
    const count = fragments.restartCount(i);
    // Too large is also 0x3fff: "not aligned".
    if (!fragments.isChunkBegin(i) || count >= intervals.count) continue;
    const begin = fragments.beginOf(i);
    i = lastOfChunk(fragments, i);
    // The chunk before has not as many intervals as it should, or its number is wrong.
    if (count < next || (begin === end && count !== next)) intervals.forgetFrom(first);
    // Or this one's is: nobody knows which.
    if (count <= first) continue;
    const isWhole = fragments.isChunkEnd(i);
    const to = scanOffset + fragments.endOf(i);
    first = count;
    next = intervals.find(assembly.bytes, scanOffset + begin, to, count, isWhole);
    end = isWhole ? fragments.endOf(i) : -1;
  }
  const isAtEnd = end >= 0 && end === assembly.scanBytes;
  if (isAtEnd && next !== intervals.count) intervals.forgetFrom(first);
}

/** The last fragment that came of the chunk that this one begins, without a gap. */
function lastOfChunk(fragments: FragmentList, begin: number): number {
  let last = begin;
  while (
    !fragments.isChunkEnd(last) &&
    last + 1 < fragments.count &&
    fragments.beginOf(last + 1) === fragments.endOf(last) &&
    fragments.restartCount(last + 1) === fragments.restartCount(begin)
  ) {
    last += 1;
  }
  return last;
}
