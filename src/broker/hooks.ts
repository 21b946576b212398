import { inTime } from '../deadline.ts';
import type { Log } from '../telemetry/log.ts';

export { inTime };

/**
 * Aedes calls our hooks without a net: one that throws or rejects ends the process, one that never answers holds its
 * connection for ever, one that answers twice acknowledges twice. These run a hook so that one answer leaves it.
 */
type Answer<T> = (error: Error | null, value?: T) => void;

/** Runs a hook that works asynchronously; what takes longer than the deadline is answered with an error. */
export function answerOnce<T>(
  name: string,
  log: Log,
  deadlineMs: number,
  answer: Answer<T>,
  work: () => Promise<T>,
): void {
  answerSafely(name, log, answer, (settle) => {
    inTime(name, deadlineMs, work).then(
      (value) => settle(null, value),
      (error: unknown) => settle(toError(error)),
    );
  });
}

/** Runs a hook that answers by a callback, and in time by itself. */
export function answerSafely<T>(name: string, log: Log, answer: Answer<T>, work: (settle: Answer<T>) => void): void {
  let answered = false;
  const settle: Answer<T> = (error, value) => {
    if (answered) return;
    answered = true;
    try {
      answer(error, value);
    } catch (fault) {
      log.error({ hook: name, reason: toError(fault).message }, 'Aedes failed on the answer of a hook');
    }
  };
  try {
    work(settle);
  } catch (fault) {
    log.error({ hook: name, reason: toError(fault).message }, 'a hook failed');
    settle(toError(fault));
  }
}

function toError(fault: unknown): Error {
  return fault instanceof Error ? fault : new Error(String(fault));
}
