import { foldCounts } from '../db/ledger.ts';
import type { Job } from './job.ts';
import { findLossesJob } from './losses.ts';
import { makePartitionsJob, packPartitionsJob } from './maintained-partitions.ts';
import { retentionJob } from './retention.ts';
import { rollUpJob } from './rollups.ts';
import { watchStorageJob } from './storage.ts';

/** Adds the counts that batches appended to the ledger. */
const foldCountsJob: Job = {
  name: 'fold-counts',
  everyMs: 10_000,
  async run({ db }) {
    const counts = await foldCounts(db);
    return counts ? { counts } : undefined;
  },
};

/** All maintenance of an installation; `startMaintenance` runs it. */
export const JOBS: readonly Job[] = [
  foldCountsJob,
  findLossesJob,
  rollUpJob,
  makePartitionsJob,
  packPartitionsJob,
  retentionJob,
  watchStorageJob,
];
