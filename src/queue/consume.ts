import { setTimeout as delay } from 'node:timers/promises';
import type { Log } from '../telemetry/log.ts';
import type { Batch, Consumer } from './batch.ts';
import { keepOpen } from './keep-open.ts';
import { allAnswer, type BatchWorker, type Opened, type QueueStore, queueName } from './store.ts';

/**
 * Short locks, so that the jobs of a killed worker run again within seconds, and no end of stalls: BullMQ's default gives
 * a job up after its second crash.
 */
const LOCK_SETTINGS = { lockDuration: 10_000, stalledInterval: 3_000, maxStalledCount: 1_000_000 };
const RETRY_SETTINGS = { runRetryDelay: 1_000, drainDelay: 5 };

export interface ConsumeOptions {
  store: QueueStore;
  shards: number;
  /** Jobs of a shard that this process works on side by side. */
  concurrency: number;
  log: Log;
  /** Resolves when the batch is stored for good. A rejection brings the batch back later. */
  handle(batch: Batch): Promise<void>;
}

/** Takes batches from all shards; returns at once and connects as soon as the store answers. */
export function consume({ store, shards, concurrency, log, handle }: ConsumeOptions): Consumer {
  const discard = ({ bull, disconnect }: Opened<BatchWorker>): Promise<void> => bull.close(true).finally(disconnect);
  const workers = Array.from({ length: shards }, (_, shard) => keepOpen('worker', log, () => open(shard), discard));

  async function open(shard: number): Promise<Opened<BatchWorker>> {
    const settings = { concurrency, ...LOCK_SETTINGS, ...RETRY_SETTINGS };
    const opened = await store.openWorker(queueName(shard), (job) => handle(job.data), settings);
    opened.bull.on('failed', (job, error) => {
      log.error(
        { batch: job?.data.batch, attempt: job?.attemptsMade, reason: error.message },
        'batch not stored, will run again',
      );
    });
    return opened;
  }

  return {
    isReady: () => allAnswer(workers),

    async close(timeoutMs) {
      await Promise.all(
        workers.map(async (held) => {
          const opened = await held.close();
          if (!opened) return;
          const timeout = new AbortController();
          await Promise.race([opened.bull.close(), delay(timeoutMs, undefined, { signal: timeout.signal })]).catch(
            () => {},
          );
          timeout.abort();
          await opened.disconnect().catch(() => {});
        }),
      );
    },
  };
}
