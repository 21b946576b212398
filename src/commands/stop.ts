/**
 * Resolves when this process is asked to stop: by a signal, or by `stepcloud up` going away or saying so. A child of
 * `stepcloud up` leaves SIGINT to its parent, since Ctrl-C reaches the whole group at once and the order matters.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => resolve();
    process.on('SIGTERM', stop);
    if (process.send) {
      process.on('SIGINT', () => {});
      process.on('message', (message) => message === 'stop' && stop());
      process.on('disconnect', stop);
    } else {
      process.on('SIGINT', stop);
    }
  });
}
