import type { Gauge } from 'prom-client';
import type { BrokerSettings } from '../config.ts';
import {
  expireStorage,
  noteStorageWarning,
  readStorage,
  recordStorage,
  type Storage,
  type StorageWarning,
} from '../db/storage.ts';
import type { Job, JobContext } from './job.ts';

const DAY = 86_400_000;
const KEPT_MS = 30 * DAY;
/** A warning ends once things are so much better than where it began: it shall not come and go. */
const SLACK = 1.1;

/** Measures database and disk, and warns while there is time to do something. */
export const watchStorageJob: Job = {
  name: 'watch-storage',
  everyMs: 60_000,
  async run({ db, measureDisk, settings, clock, metrics, log }) {
    const now = new Date(clock());
    await expireStorage(db, new Date(now.getTime() - KEPT_MS), now);
    await recordStorage(db, now, await measureDisk());
    const storage = await readStorage(db);
    if (!storage) return undefined;
    const warning = judgeStorage(storage, settings.disk);
    show(metrics, storage, warning);
    if (warning === storage.warning && !isDueAgain(storage, now)) return undefined;
    tell(log, storage, warning);
    await noteStorageWarning(db, warning, now);
    return { warning };
  },
};

/** What to warn of, if anything, and after what was warned of before. */
export function judgeStorage(storage: Storage, limits: BrokerSettings['disk']): StorageWarning | null {
  const { diskBytes, diskFreeBytes, daysLeft, warning } = storage;
  const slack = (kind: StorageWarning) => (warning === kind ? SLACK : 1);
  const leastFree = ((diskBytes ?? 0) * limits.warnFreePercent) / 100;
  if (diskFreeBytes !== null && diskFreeBytes < leastFree * slack('low')) return 'low';
  if (daysLeft !== null && daysLeft < limits.warnDaysLeft * slack('filling')) return 'filling';
  return null;
}

/** A warning that lasts is told once a day. */
function isDueAgain({ warning, warnedAt }: Storage, now: Date): boolean {
  return warning !== null && now.getTime() - (warnedAt?.getTime() ?? 0) >= DAY;
}

function tell(log: JobContext['log'], storage: Storage, warning: StorageWarning | null): void {
  const { databaseBytes, diskBytes, diskFreeBytes, diskBytesPerDay, daysLeft } = storage;
  const facts = { databaseBytes, diskBytes, diskFreeBytes, diskBytesPerDay, daysLeft };
  if (warning === 'low') log.warn(facts, 'the disk of the database is almost full');
  else if (warning === 'filling') log.warn(facts, 'the disk of the database will be full soon');
  else log.info(facts, 'the disk of the database has room again');
}

function show(metrics: JobContext['metrics'], storage: Storage, warning: StorageWarning | null): void {
  const set = (gauge: Gauge, value: number | null) => (value === null ? gauge.remove() : gauge.set(value));
  set(metrics.databaseBytes, storage.databaseBytes);
  set(metrics.databaseGrowth, storage.databaseBytesPerDay);
  set(metrics.diskBytes, storage.diskBytes);
  set(metrics.diskFree, storage.diskFreeBytes);
  set(metrics.diskDaysLeft, storage.daysLeft);
  for (const kind of ['low', 'filling'] as const) metrics.diskWarning.set({ warning: kind }, warning === kind ? 1 : 0);
}
