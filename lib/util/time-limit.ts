/**
 * What a promise comes to, unless that takes too long.
 *
 * @param late - makes the error of that
 * @throws what `late` makes; and what `done` rejects with
 */
export async function withinLimit<T>(limitMs: number, done: Promise<T>, late: () => Error): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // A process that was held itself finds both over: then the result, which comes in this turn, counts.
      setImmediate(() => {
        reject(late());
      });
    }, limitMs);
  });
  try {
    return await Promise.race([done, tooLate]);
  } finally {
    clearTimeout(timer);
  }
}
