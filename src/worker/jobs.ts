import { foldCounts } from '../db/ledger.ts';
import { expireLive } from '../db/live.ts';
import type { Job } from './job.ts';
import { findLossesJob } from './losses.ts';
import { makePartitionsJob, packPartitionsJob } from './maintained-partitions.ts';
import { retentionJob } from './retention.ts';
import { rollUpJob } from './rollups.ts';
import { watchStorageJob } from './storage.ts';

const LIVE_AT_ONCE = 10_000;

/** Adds the counts that batches appended to the ledger. */
const foldCountsJob: Job = {
  name: 'fold-counts',
  everyMs: 10_000,
  async run({ db }) {
    const counts = await foldCounts(db);
    return counts ? { counts } : undefined;
  },
};

/** Deletes what live streams were fed from and cannot ask for any more. */
const expireLiveJob: Job = {
  name: 'expire-live',
  everyMs: 60_000,
  async run({ db, signal }) {
    let items = 0;
    for (let some = 1; some > 0 && !signal.aborted; items += some) some = await expireLive(db, LIVE_AT_ONCE);
    return items > 0 ? { items } : undefined;
  },
};

/** All maintenance of an installation; `startMaintenance` runs it. */
export const JOBS: readonly Job[] = [
  foldCountsJob,
  findLossesJob,
  expireLiveJob,
  rollUpJob,
  makePartitionsJob,
  packPartitionsJob,
  retentionJob,
  watchStorageJob,
];
