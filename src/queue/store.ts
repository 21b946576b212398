import type { Queue as BullQueue, Worker as BullWorker, IQueueBackend, Processor, WorkerOptions } from 'bullmq';
import { inTime } from '../deadline.ts';
import type { Batch, QueueDesk } from './batch.ts';
import type { Held } from './keep-open.ts';

const PROBE_TIMEOUT_MS = 1_000;

export type BatchQueue = BullQueue<Batch, void, 'batch', Batch, void, 'batch', IQueueBackend, never>;
export type BatchWorker = BullWorker<Batch, void, 'batch', IQueueBackend>;
export type BatchProcessor = Processor<Batch, void, 'batch'>;
export type WorkerSettings = Omit<WorkerOptions<unknown>, 'connection'>;

/** A BullMQ object together with the connections it stands on. */
export interface Opened<T> {
  readonly bull: T;
  /** Asks the store for an answer; may wait for ever. */
  probe(): Promise<unknown>;
  /** Ends the connections; the object itself must be closed, or given up, before. */
  disconnect(): Promise<void>;
}

export interface OpenedQueue extends Opened<BatchQueue> {
  /** Resolves once what was added is where the store promises to keep it. Rejects when it does not get there in time. */
  settle(): Promise<void>;
  /** When the oldest of its jobs was added, whatever its state, in epoch milliseconds. */
  oldestJob(): Promise<number | undefined>;
  /** Of the store. */
  version(): Promise<string>;
  /** When the first of those that wait and were never tried was added, in epoch milliseconds. */
  nextJob(): Promise<number | undefined>;
}

/**
 * One backend of BullMQ. Both functions resolve only after the store has answered and its schema fits, and reject
 * otherwise, leaving nothing open.
 */
export interface QueueStore {
  readonly backend: QueueDesk['backend'];
  openQueue(name: string): Promise<OpenedQueue>;
  openWorker(name: string, process: BatchProcessor, settings: WorkerSettings): Promise<Opened<BatchWorker>>;
}

/** The queue of a shard. A gateway always uses the same shard. */
export function queueName(shard: number): string {
  return `ingest-${shard}`;
}

/** True when every shard's store answers now. */
export async function allAnswer(shards: readonly Held<Opened<unknown>>[]): Promise<boolean> {
  const probes = shards.map(async (held) => {
    const opened = held.current();
    if (!opened) throw new Error('not connected');
    await inTime('the queue', PROBE_TIMEOUT_MS, opened.probe);
  });
  return Promise.all(probes).then(
    () => true,
    () => false,
  );
}
