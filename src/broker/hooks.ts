import type { Log } from '../telemetry/log.ts';

/**
 * Aedes calls our hooks without a net: one that throws or rejects ends the process, one that never answers holds its
 * connection for ever, one that answers twice acknowledges twice. This runs a hook so that exactly one answer leaves it.
 */
export function answerOnce<T>(
  name: string,
  log: Log,
  deadlineMs: number,
  answer: (error: Error | null, value?: T) => void,
  work: () => Promise<T>,
): void {
  let answered = false;
  const settle = (error: Error | null, value?: T): void => {
    if (answered) return;
    answered = true;
    clearTimeout(timer);
    try {
      answer(error, value);
    } catch (fault) {
      log.error({ hook: name, reason: (fault as Error).message }, 'Aedes failed on the answer of a hook');
    }
  };
  const timer = setTimeout(() => settle(new Error(`${name} took more than ${deadlineMs} ms`)), deadlineMs);
  Promise.resolve()
    .then(work)
    .then(
      (value) => settle(null, value),
      (error: unknown) => settle(error instanceof Error ? error : new Error(String(error))),
    );
}
