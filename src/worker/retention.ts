import type { Database } from '../db/database.ts';
import type { JobResult } from '../db/maintenance.ts';
import { type Amount, addAmounts, dropOldPartitions, endOfOldPartitions, NOTHING } from '../db/old-partitions.ts';
import { deleteOldRows, goesBefore, KEPT, type Kept, partitionedTablesOf } from '../db/retention.ts';
import { hasDueBefore, raiseRollupFloor } from '../db/rollups.ts';
import type { Job, JobContext } from './job.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const ROWS_AT_ONCE = 2_000;
/** A partition that is read for longer is left to the next run; whoever comes meanwhile does not wait. */
const LOCK_TIMEOUT_MS = 3_000;

/** Deletes what is older than it is kept (docs/decisions/0009-maintenance-and-retention.md). */
export const retentionJob: Job = {
  name: 'retention',
  everyMs: HOUR,
  run: (context) => runRetention(context),
};

type RetentionContext = Pick<JobContext, 'db' | 'queue' | 'settings' | 'clock' | 'signal' | 'metrics' | 'log'>;

/** Each kind of data for itself: what goes wrong with one keeps none of the others. */
export async function runRetention(
  context: RetentionContext,
  lockTimeoutMs = LOCK_TIMEOUT_MS,
): Promise<JobResult | undefined> {
  const { settings, clock, signal, metrics } = context;
  const did: JobResult = {};
  const faults: Error[] = [];
  for (const kept of KEPT) {
    const before = goesBefore(kept, settings, clock());
    if (before === undefined) continue;
    try {
      signal.throwIfAborted();
      const { partitions, rows, bytes, waiting } = await deleteOld(context, kept, before, lockTimeoutMs);
      metrics.retentionRows.inc({ kept }, rows);
      metrics.retentionBytes.inc({ kept }, bytes);
      metrics.retentionWaiting.set({ kept }, waiting === undefined ? 0 : 1);
      if (rows > 0) did[`${kept}Rows`] = rows;
      if (partitions > 0) Object.assign(did, { [`${kept}Partitions`]: partitions, [`${kept}Bytes`]: bytes });
      if (waiting !== undefined) did[`${kept}Waiting`] = waiting;
    } catch (error) {
      if (signal.aborted) throw error;
      faults.push(new Error(`${kept}: ${(error as Error).message}`, { cause: error }));
    }
  }
  if (faults.length > 0) throw new Error(faults.map(({ message }) => message).join('; '), { cause: faults[0] });
  return Object.keys(did).length > 0 ? did : undefined;
}

/**
 * Rollups of readings are made before these go, and are final from then on. Says what has to be done first, where that is not yet.
 */
async function settleRollups(db: Database, kept: Kept, before: number): Promise<string | undefined> {
  if (kept === 'rollups') await raiseRollupFloor(db, 'rollups_from', new Date(before));
  const end = kept === 'readings' ? await endOfOldPartitions(db, 'reading', before) : undefined;
  if (end === undefined) return undefined;
  if (await hasDueBefore(db, new Date(end))) return 'rollups';
  await raiseRollupFloor(db, 'readings_from', new Date(end));
  return undefined;
}

/** Rows one by one first, then partitions: heads of events are gone before their parts. */
async function deleteOld(
  { db, queue, signal, log }: RetentionContext,
  kept: Kept,
  from: number,
  lockTimeoutMs: number,
): Promise<Amount & { waiting: string | undefined }> {
  let sum = NOTHING;
  let waiting = await settleRollups(db, kept, from);
  if (waiting !== undefined) return { ...sum, waiting };
  const before = kept === 'batches' ? Math.min(from, ((await queue.oldestJob()) ?? from) - DAY) : from;
  for (let rows = 1; rows > 0; ) {
    signal.throwIfAborted();
    rows = await deleteOldRows(db, kept, before, ROWS_AT_ONCE);
    sum = addAmounts(sum, { ...NOTHING, rows });
  }
  for (const table of partitionedTablesOf(kept)) {
    signal.throwIfAborted();
    const dropped = await dropOldPartitions(db, table, { before, lockTimeoutMs, signal });
    sum = addAmounts(sum, dropped);
    if (dropped.waiting === undefined) continue;
    waiting ??= dropped.waiting;
    log.warn({ partition: dropped.waiting }, 'a partition that is to be dropped is still read: left to the next run');
  }
  return { ...sum, waiting };
}
