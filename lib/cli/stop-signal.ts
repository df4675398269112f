/** Aborted by SIGINT, by SIGTERM, or after durationSeconds. */
export function stopSignal(durationSeconds?: number): AbortSignal {
  const controller = new AbortController();
  const timer =
    durationSeconds === undefined
      ? undefined
      : setTimeout(() => {
          controller.abort();
        }, durationSeconds * 1000).unref();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => {
      clearTimeout(timer);
      controller.abort();
    });
  }
  return controller.signal;
}
