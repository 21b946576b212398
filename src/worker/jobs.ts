import { foldCounts } from '../db/ledger.ts';
import { expirePresence } from '../db/presence.ts';
import { expireReceipts } from '../db/receipts.ts';
import { expireWarnings } from '../db/warnings.ts';
import type { Job } from './job.ts';
import { findLossesJob } from './losses.ts';
import { makePartitionsJob, packPartitionsJob } from './maintained-partitions.ts';
import { retentionJob } from './retention.ts';
import { rollUpJob } from './rollups.ts';
import { watchStorageJob } from './storage.ts';

const DAY = 86_400_000;
const RECEIPTS_KEPT_MS = DAY;
const PRESENCE_KEPT_MS = 400 * DAY;
const WARNINGS_KEPT_MS = 30 * DAY;
const EXPIRED_AT_ONCE = 1_000;

/** Adds the counts that batches appended to the ledger. */
const foldCountsJob: Job = {
  name: 'fold-counts',
  everyMs: 10_000,
  async run({ db }) {
    const counts = await foldCounts(db);
    return counts ? { counts } : undefined;
  },
};

/** Deletes receipts that a gateway asked for and never came back to fetch. */
const expireReceiptsJob: Job = {
  name: 'expire-receipts',
  everyMs: 60_000,
  async run({ db, clock }) {
    const receipts = await expireReceipts(db, new Date(clock() - RECEIPTS_KEPT_MS), EXPIRED_AT_ONCE);
    return receipts > 0 ? { receipts } : undefined;
  },
};

/** Deletes old times in which gateways were online. */
const expirePresenceJob: Job = {
  name: 'expire-presence',
  everyMs: 60_000,
  async run({ db, clock }) {
    const periods = await expirePresence(db, new Date(clock() - PRESENCE_KEPT_MS), EXPIRED_AT_ONCE);
    return periods > 0 ? { periods } : undefined;
  },
};

/** Deletes warnings of what gateways send no longer. */
const expireWarningsJob: Job = {
  name: 'expire-warnings',
  everyMs: 3_600_000,
  async run({ db, clock }) {
    const warnings = await expireWarnings(db, new Date(clock() - WARNINGS_KEPT_MS), EXPIRED_AT_ONCE);
    return warnings > 0 ? { warnings } : undefined;
  },
};

/** All maintenance of an installation; `startMaintenance` runs it. */
export const JOBS: readonly Job[] = [
  foldCountsJob,
  findLossesJob,
  expireReceiptsJob,
  expirePresenceJob,
  expireWarningsJob,
  rollUpJob,
  makePartitionsJob,
  packPartitionsJob,
  retentionJob,
  watchStorageJob,
];
