import { listUntouchedPartitions, packPartition } from '../db/closed-partitions.ts';
import { ensurePartitions, listPartitions, PARTITIONED_TABLES } from '../db/partitions.ts';
import type { Job } from './job.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How long before its first row a partition is there. */
const AHEAD_DAYS = 7;
/** How long after its end a partition still gets rows as a matter of course: from gateways that were offline. */
const OPEN_MS = 7 * DAY;

/** Makes the partitions of the days to come, so that no batch waits for one. Those that late data needs are made on demand. */
export const makePartitionsJob: Job = {
  name: 'make-partitions',
  everyMs: HOUR,
  async run({ db, settings, clock }) {
    const days = Array.from({ length: AHEAD_DAYS + 1 }, (_, day) => clock() + day * DAY);
    let made = 0;
    for (const table of PARTITIONED_TABLES) {
      const present = await listPartitions(db, table);
      const missing = days.filter((time) => !present.some(({ from, to }) => from <= time && time < to));
      if (missing.length === 0) continue;
      made += (await ensurePartitions(db, table, missing, settings.partitionSpan)).length - present.length;
    }
    return made > 0 ? { partitions: made } : undefined;
  },
};

/** Builds the indexes of partitions anew once they are closed: rows in any order have left them half empty. */
export const packPartitionsJob: Job = {
  name: 'pack-partitions',
  everyMs: HOUR,
  async run({ db, clock, signal }) {
    const done = { partitions: 0, bytesBefore: 0, bytesAfter: 0 };
    for (const table of PARTITIONED_TABLES) {
      const untouched = await listUntouchedPartitions(db, table);
      for (const { name, to } of await listPartitions(db, table)) {
        if (to > clock() - OPEN_MS || !untouched.has(name)) continue;
        signal.throwIfAborted();
        const { before, after } = await packPartition(db, name);
        done.partitions++;
        done.bytesBefore += before;
        done.bytesAfter += after;
      }
    }
    return done.partitions > 0 ? done : undefined;
  },
};
