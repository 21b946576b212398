import type { Database } from '../db/database.ts';
import { ensurePartitions, type PartitionSpan } from '../db/partitions.ts';
import { recomputeRollups } from '../db/rollup-recompute.ts';
import { floorTo, gatherMarks, HOUR, listDue } from '../db/rollups.ts';
import { noteUsualIntervals } from '../db/usual-intervals.ts';
import type { Job } from './job.ts';

/** What comes later than this after the end of its hour costs a second run over the hour. */
const GRACE_MS = 2 * 60_000;
/** Rows of marks that one transaction gathers; a batch appends a row or two. */
const MARKS_AT_ONCE = 2_000;
/** Hours of sensors that one transaction rolls up: a second of work where each has a reading a second. */
const HOURS_AT_ONCE = 100;

/** Makes rollups of the hours that are over, and again of those that got late data. */
export const rollUpJob: Job = {
  name: 'roll-up',
  everyMs: 10_000,
  async run({ db, settings, clock, signal }) {
    const hours = await rollUp(db, settings.partitionSpan, floorTo(clock() - GRACE_MS, HOUR), signal);
    return hours > 0 ? { hours } : undefined;
  },
};

/**
 * Brings the rollups of hours before this one up to what is stored, and says how many of them changed. Marks are gathered once, so
 * that an hour is rolled up once however many batches it came in. Each piece is a transaction: it may be cut off anywhere.
 */
export async function rollUp(db: Database, span: PartitionSpan, before: number, signal: AbortSignal): Promise<number> {
  while (!signal.aborted && !(await gatherMarks(db, MARKS_AT_ONCE)));
  let rolledUp = 0;
  while (!signal.aborted) {
    const due = await listDue(db, before, HOURS_AT_ONCE);
    if (due.length === 0) break;
    const hours = new Set(due.map(({ hour }) => hour));
    for (const table of ['rollup_minute', 'rollup_hour'] as const) await ensurePartitions(db, table, hours, span);
    await recomputeRollups(db, due);
    await noteUsualIntervals(
      db,
      due.map(({ sensorId }) => sensorId),
    );
    rolledUp += due.length;
  }
  return rolledUp;
}
