// Clients' work is shared out over the turns of the event loop. Frames have their place in every turn, and so are on time
// whatever clients ask for.

/** No piece of work begins later than this after the first one of a turn. */
const turnMs = 2;

const waiting: (() => void)[] = [];
let turnBeganMs = 0;
let isTurnNoted = false;

/** Does some work now, or, where this turn of the event loop has had enough, in one of the next; in the order of the calls. */
export function inTurn(work: () => void): void {
  if (!isTurnNoted) {
    noteTurn();
    work();
  } else if (waiting.length === 0 && performance.now() - turnBeganMs < turnMs) work();
  else waiting.push(work);
}

function noteTurn(): void {
  isTurnNoted = true;
  turnBeganMs = performance.now();
  setImmediate(() => {
    isTurnNoted = false;
    const next = waiting.shift();
    if (!next) return;
    noteTurn();
    next();
  });
}
