import type { Job, JobType } from 'bullmq';
import type { Batch, FailedBatch, JobPlace, QueueDesk, ShardState } from './batch.ts';
import type { BatchQueue, OpenedQueue } from './store.ts';

/** Asks each shard, in time. Rejects with QUEUE_UNAVAILABLE. */
type AskAll = <T>(ask: (opened: OpenedQueue, shard: number) => Promise<T>) => Promise<T[]>;

/** What people see of the queue, and may do with what it gave up. */
export function createDesk(backend: QueueDesk['backend'], askAll: AskAll): QueueDesk {
  const stateOf = async ({ bull, oldestJob }: OpenedQueue, shard: number): Promise<ShardState> => {
    const [counts, paused, oldest] = await Promise.all([countJobs(bull), bull.isPaused(), oldestJob()]);
    return { shard, ...counts, paused, oldestAt: oldest === undefined ? null : new Date(oldest) };
  };

  return {
    backend,
    version: async () => (await askAll(({ version }) => version()))[0] ?? '',
    states: () => askAll(stateOf),

    async listFailed(after, limit) {
      const ids = (await askAll(({ bull }, shard) => failedOf(bull, shard))).flat();
      const places = ids.filter((place) => !after || isBehind(place, after)).slice(0, limit);
      const found = await askAll(({ bull }, shard) =>
        readAll(
          bull,
          places.filter((place) => place.shard === shard),
        ),
      );
      return found.flat();
    },

    async retry(place) {
      const found = await askAll(({ bull }, shard) => (shard === place.shard ? retryOne(bull, place) : none()));
      return found.find((batch) => batch !== undefined);
    },

    async retryAll() {
      const counts = await askAll(async ({ bull }) => {
        const { failed } = await countJobs(bull);
        // One that fails again meanwhile has a later time, and is left.
        await bull.retryJobs({ state: 'failed', timestamp: Date.now() });
        return failed;
      });
      return counts.reduce((sum, count) => sum + count, 0);
    },
  };
}

/** BullMQ's Postgres backend counts what waits in a paused queue under a name that its types do not have. */
const WAITING_PAUSED = 'paused' as JobType;

export async function countJobs(bull: BatchQueue) {
  const counts = await bull.getJobCounts('waiting', WAITING_PAUSED, 'active', 'delayed', 'failed');
  const of = (state: string): number => counts[state] ?? 0;
  return {
    waiting: of('waiting') + of(WAITING_PAUSED),
    active: of('active'),
    delayed: of('delayed'),
    failed: of('failed'),
  };
}

async function failedOf(bull: BatchQueue, shard: number): Promise<JobPlace[]> {
  const ids = (await bull.getRanges(['failed'], 0, -1)).map(Number);
  return ids.sort((a, b) => b - a).map((job) => ({ shard, job }));
}

function isBehind({ shard, job }: JobPlace, after: JobPlace): boolean {
  return shard > after.shard || (shard === after.shard && job < after.job);
}

/** One after the other: each comes with its messages. */
async function readAll(bull: BatchQueue, places: readonly JobPlace[]): Promise<FailedBatch[]> {
  const batches: FailedBatch[] = [];
  for (const place of places) {
    const job = await bull.getJob(String(place.job));
    if (job) batches.push(toFailed(job, place));
  }
  return batches;
}

async function retryOne(bull: BatchQueue, place: JobPlace): Promise<FailedBatch | undefined> {
  const job = await bull.getJob(String(place.job));
  if (!job || !(await job.isFailed())) return undefined;
  const failed = toFailed(job, place);
  await job.retry('failed');
  return failed;
}

function toFailed(job: Job<Batch>, { shard, job: id }: JobPlace): FailedBatch {
  return {
    shard,
    job: id,
    batch: job.data.batch,
    reason: job.failedReason,
    attempts: job.attemptsMade,
    addedAt: new Date(job.timestamp),
    failedAt: job.finishedOn === undefined ? null : new Date(job.finishedOn),
    bytes: Buffer.byteLength(job.data.body, 'base64'),
  };
}

async function none(): Promise<undefined> {}
