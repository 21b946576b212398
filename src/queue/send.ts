import { inTime } from '../deadline.ts';
import { StepCloudError } from '../errors.ts';
import type { Log } from '../telemetry/log.ts';
import type { Queue, QueueDesk } from './batch.ts';
import { countJobs, createDesk } from './desk.ts';
import { type Held, keepOpen } from './keep-open.ts';
import { allAnswer, type OpenedQueue, type QueueStore, queueName } from './store.ts';

/**
 * Kept until they succeed: attempts are practically endless, with a fixed wait (BullMQ's exponential one has no cap).
 * What is done is removed at once; what failed after all stays, and is an alarm.
 */
const JOB_OPTIONS = {
  attempts: 1_000_000_000,
  backoff: { type: 'fixed', delay: 5_000, jitter: 0.5 },
  removeOnComplete: true,
  removeOnFail: false,
  stackTraceLimit: 1,
} as const;

const ASK_TIMEOUT_MS = 5_000;

/** What outlasts the waiting for an acknowledgement is not over at once. */
const RETRY_AFTER_S = 5;

export interface QueueOptions {
  store: QueueStore;
  shards: number;
  log: Log;
}

/** Opens the sending side of all shards; returns at once and connects as soon as the store answers. */
export function openQueue({ store, shards, log }: QueueOptions): Queue & QueueDesk {
  const discard = ({ bull, disconnect }: OpenedQueue): Promise<void> => bull.close().finally(disconnect);
  const queues = Array.from({ length: shards }, (_, shard) =>
    keepOpen('queue', log, () => store.openQueue(queueName(shard)), discard),
  );

  async function earliest(ask: (opened: OpenedQueue) => Promise<number | undefined>): Promise<number | undefined> {
    const times = queues.map((held) => inTime('the queue', ASK_TIMEOUT_MS, () => ask(connected(held))));
    return (await Promise.all(times)).reduce(earlier, undefined);
  }

  return {
    ...createDesk(store.backend, (ask) =>
      Promise.all(
        queues.map((held, shard) => inTime('the queue', ASK_TIMEOUT_MS, () => ask(connected(held), shard))),
      ).catch((error) => {
        throw error instanceof StepCloudError ? error : unavailable((error as Error).message, error);
      }),
    ),

    async send(batch, timeoutMs) {
      const held = queues[batch.shard];
      const opened = held?.current();
      if (!held || !opened) throw unavailable('the queue is not connected');
      try {
        // The add may still happen after its deadline: a batch is known by its id, so that does no harm.
        await inTime('the queue', timeoutMs, () => opened.bull.add('batch', batch, JOB_OPTIONS).then(opened.settle));
      } catch (error) {
        // A hanging connection would hang the next batch too.
        if ((error as NodeJS.ErrnoException).code === 'ETIMEDOUT') held.renew(opened);
        throw unavailable((error as Error).message, error);
      }
    },

    async depth() {
      const total = { waiting: 0, failed: 0 };
      for (const held of queues) {
        const { waiting, active, delayed, failed } = await countJobs(connected(held).bull);
        total.waiting += waiting + active + delayed;
        total.failed += failed;
      }
      return total;
    },

    oldestJob: () => earliest((opened) => opened.oldestJob()),
    nextJob: () => earliest((opened) => opened.nextJob()),

    isReady: () => allAnswer(queues),

    async close() {
      await Promise.all(
        queues.map(async (held) => {
          const opened = await held.close();
          if (opened) await discard(opened);
        }),
      );
    },
  };
}

function connected<T>(held: Held<T>): T {
  const opened = held.current();
  if (!opened) throw unavailable('the queue is not connected');
  return opened;
}

function earlier(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? (a ?? b) : Math.min(a, b);
}

function unavailable(detail: string, cause?: unknown): StepCloudError {
  return new StepCloudError('QUEUE_UNAVAILABLE', detail, { cause, retryAfterS: RETRY_AFTER_S });
}
