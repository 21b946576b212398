import { StepCloudError } from '../errors.ts';

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

/** Does `work`, which Ctrl-C breaks off, and says in one line why it failed; it undoes what it did by itself. */
export async function untilDone(what: string, work: (signal: AbortSignal) => Promise<void>): Promise<void> {
  const stopping = new AbortController();
  untilStopped().then(() => stopping.abort());
  try {
    await work(stopping.signal);
  } catch (cause) {
    if (cause instanceof StepCloudError) throw cause;
    const reason = stopping.signal.aborted ? 'it was interrupted' : (cause as Error).message;
    throw new StepCloudError('INTERNAL', `${what} failed, and nothing is left of it: ${reason}`, { cause });
  }
}
