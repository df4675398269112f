// Loaded before the command: SIGUSR2 blocks the event loop for 2.5 s, while all other threads go on.
process.on('SIGUSR2', () => {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2500);
});
