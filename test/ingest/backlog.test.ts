import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchBacklog } from '../../src/ingest/backlog.ts';
import { createLog } from '../../src/telemetry/log.ts';

const MARKS = { delayJobs: 100, delayAgeMs: 60_000, refuseJobs: 1_000 };

beforeEach(() => vi.useFakeTimers({ now: 1_000_000 }));
afterEach(() => vi.useRealTimers());

function watched() {
  const queue = { jobs: 0, ageMs: 0 as number | undefined, isAway: false };
  const answer = async <T>(value: T): Promise<T> => {
    if (queue.isAway) throw new Error('away');
    return value;
  };
  const backlog = watchBacklog({
    queue: {
      depth: () => answer({ waiting: queue.jobs, failed: 0 }),
      nextJob: () => answer(queue.ageMs === undefined ? undefined : Date.now() - queue.ageMs),
    },
    marks: MARKS,
    ackTimeoutMs: 10_000,
    clock: Date.now,
    monotonic: () => performance.now(),
    log: createLog('test', { level: 'silent', pretty: false }),
  });
  const levelAt = async (jobs: number, ageMs?: number): Promise<string> => {
    Object.assign(queue, { jobs, ageMs });
    await vi.advanceTimersByTimeAsync(1_000);
    return backlog.level();
  };
  return { queue, backlog, levelAt };
}

it('passes its marks upwards at once, and downwards only when there is some relief', async () => {
  const { levelAt } = watched();
  expect(await levelAt(99)).toBe('none');
  expect(await levelAt(100)).toBe('delay');
  expect(await levelAt(81)).toBe('delay');
  expect(await levelAt(79)).toBe('none');
  expect(await levelAt(1_000)).toBe('refuse');
  expect(await levelAt(801)).toBe('refuse');
  expect(await levelAt(799)).toBe('delay');
  expect(await levelAt(0)).toBe('none');
});

it('looks at the age of the next job, too', async () => {
  const { levelAt } = watched();
  expect(await levelAt(5, 59_000)).toBe('none');
  expect(await levelAt(5, 60_000)).toBe('delay');
  expect(await levelAt(5, 50_000)).toBe('delay');
  expect(await levelAt(5, 40_000)).toBe('none');
});

it('shuts when the queue has not answered for as long as an acknowledgement waits, and opens when it does', async () => {
  const { queue, backlog, levelAt } = watched();
  expect(await levelAt(0)).toBe('none');
  queue.isAway = true;
  await vi.advanceTimersByTimeAsync(9_000);
  expect(backlog.level()).toBe('none');
  await vi.advanceTimersByTimeAsync(3_000);
  expect(backlog.level()).toBe('refuse');
  queue.isAway = false;
  await vi.advanceTimersByTimeAsync(1_000);
  expect(backlog.level()).toBe('none');
});
