import type { BrokerSettings } from '../config.ts';
import { inTime } from '../deadline.ts';
import type { Queue } from '../queue/batch.ts';
import type { Log } from '../telemetry/log.ts';

const LOOK_INTERVAL_MS = 1_000;
const LOOK_DEADLINE_MS = 5_000;
/** A mark counts as passed until the backlog is down to this part of it: or all would start and stop with each job. */
const RELIEF = 0.8;

/** none: all is well. delay: senders are slowed down. refuse: who is not connected yet stays outside. */
export type BacklogLevel = 'none' | 'delay' | 'refuse';

export interface Backlog {
  level(): BacklogLevel;
  close(): Promise<void>;
}

export interface BacklogOptions {
  queue: Pick<Queue, 'depth' | 'nextJob'>;
  marks: BrokerSettings['backlog'];
  /** How long the queue may not answer before it counts as away. */
  ackTimeoutMs: number;
  clock: () => number;
  monotonic: () => number;
  log: Log;
}

/** Looks once a second how far workers are behind. While the queue does not answer, what was seen last holds for a while. */
export function watchBacklog({ queue, marks, ackTimeoutMs, clock, monotonic, log }: BacklogOptions): Backlog {
  let level: BacklogLevel = 'none';
  let answeredAt = monotonic();
  let looking: Promise<void> | undefined;
  const timer = setInterval(() => {
    looking ??= look().finally(() => {
      looking = undefined;
    });
  }, LOOK_INTERVAL_MS);
  timer.unref();

  async function look(): Promise<void> {
    try {
      const [{ waiting: jobs }, addedAt] = await inTime('asking the queue', LOOK_DEADLINE_MS, () =>
        Promise.all([queue.depth(), queue.nextJob()]),
      );
      answeredAt = monotonic();
      become(judge(jobs, addedAt === undefined ? 0 : clock() - addedAt), { jobs });
    } catch (error) {
      if (monotonic() - answeredAt > ackTimeoutMs) become('refuse', { reason: (error as Error).message });
    }
  }

  function judge(jobs: number, ageMs: number): BacklogLevel {
    const mark = (value: number, reached: boolean) => (reached ? value * RELIEF : value);
    if (jobs >= mark(marks.refuseJobs, level === 'refuse')) return 'refuse';
    const isDelaying = level !== 'none';
    const isBehind = jobs >= mark(marks.delayJobs, isDelaying) || ageMs >= mark(marks.delayAgeMs, isDelaying);
    return isBehind ? 'delay' : 'none';
  }

  function become(next: BacklogLevel, seen: object): void {
    if (next === level) return;
    level = next;
    const meaning = {
      none: 'the queue is all right again',
      delay: 'workers are behind: all gateways are delayed',
      refuse: 'the queue is away or too full: no new connections are taken',
    };
    log[next === 'none' ? 'info' : 'warn'](seen, meaning[next]);
  }

  return {
    level: () => level,
    async close() {
      clearInterval(timer);
      await looking;
    },
  };
}
