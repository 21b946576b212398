import { execFileSync } from 'node:child_process';
import { tmpdir } from 'node:os';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config.ts';
import { type DiskSpace, readStorage, recordStorage } from '../../src/db/storage.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { createDiskMeter } from '../../src/worker/disk.ts';
import { watchStorageJob } from '../../src/worker/storage.ts';
import { type Own, ownDatabase } from '../db/tenant.ts';

const NOW = Date.UTC(2026, 10, 23, 12);
const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const GB = 1e9;
const { settings } = await loadConfig({ DATABASE_URL: 'postgres://localhost/none' });

let own: Own;
let now: number;
let disk: DiskSpace | undefined;
let metrics: ReturnType<typeof createMetrics>;
let told: { level: string; text: string }[];
beforeAll(async () => {
  own = await ownDatabase();
});
afterAll(() => own.close());
beforeEach(() => {
  now = NOW;
  disk = { totalBytes: 100 * GB, freeBytes: 50 * GB };
  metrics = createMetrics();
  told = [];
});
afterEach(() => sql`TRUNCATE storage_sample`.execute(own.db));

const log = createLog('test', { level: 'silent', pretty: false });
const hearing = Object.assign(Object.create(log) as typeof log, {
  warn: (_: object, text: string) => told.push({ level: 'warn', text }),
  info: (_: object, text: string) => told.push({ level: 'info', text }),
});

/** A look of the job, as the worker takes each minute. */
const watch = () =>
  watchStorageJob.run({
    ...{ db: own.db, queue: { oldestJob: async () => undefined }, measureDisk: async () => disk, settings },
    ...{ clock: () => now, signal: new AbortController().signal, metrics: metrics.maintenance, log: hearing },
  });

/** What was measured in the hours before NOW, in GB: the database, and what was free of a disk of 100. */
async function remember(days: number, at: (hoursAgo: number) => { database: number; free: number | null }) {
  const rows = Array.from({ length: Math.ceil(days * 24) }, (_, index) => {
    const time = new Date(NOW - (index + 1) * HOUR);
    const { database, free } = at(index + 1);
    const bytes = { database_bytes: Math.round(database * GB), disk_total_bytes: free === null ? null : 100 * GB };
    return { hour: time, measured_at: time, ...bytes, disk_free_bytes: free === null ? null : Math.round(free * GB) };
  });
  await own.db.insertInto('storage_sample').values(rows).execute();
}

/** Rounded to tenths of GB. */
async function growth() {
  const storage = await readStorage(own.db);
  const round = (bytes: number | null | undefined) => (bytes == null ? bytes : Math.round((bytes / GB) * 10) / 10);
  return { database: round(storage?.databaseBytesPerDay), disk: round(storage?.diskBytesPerDay) };
}

const shown = async (name: string) => {
  const { values } = await metrics.registry.getSingleMetric(`stepcloud_${name}`)!.get();
  return values.map(({ value, labels }) => ({ value, ...labels }));
};

describe('what is measured', () => {
  it('is the database, and the disk of a folder as Postgres may use it', async () => {
    const [total] = execFileSync('df', ['-B1', '--output=size', tmpdir()]).toString().match(/\d+$/m) ?? [];
    disk = await createDiskMeter(tmpdir())();
    expect(disk?.totalBytes).toBe(Number(total));
    expect(disk?.freeBytes).toBeLessThanOrEqual(Number(total));
    await watch();
    const { rows } = await sql<{ bytes: number }>`
      SELECT pg_database_size(current_database())::float8 AS bytes`.execute(own.db);
    const storage = await readStorage(own.db);
    expect(storage).toMatchObject({ measuredAt: new Date(NOW), diskBytes: disk?.totalBytes });
    expect(Math.abs(storage!.databaseBytes - rows[0]!.bytes)).toBeLessThan(1e6);
    expect(await shown('disk_free_bytes')).toEqual([{ value: disk?.freeBytes }]);
  });

  it('is the database alone where its disk is not mounted here', async () => {
    disk = await createDiskMeter(undefined)();
    expect(disk).toBeUndefined();
    await watch();
    expect(await readStorage(own.db)).toMatchObject({ diskBytes: null, diskFreeBytes: null, warning: null });
    expect(await shown('database_bytes')).toHaveLength(1);
    expect(await shown('disk_free_bytes')).toEqual([]);
  });

  it('fails where the folder is not there, which shows on the job', async () => {
    await expect(createDiskMeter('/nowhere')()).rejects.toThrow(/ENOENT.*\/nowhere/);
  });

  it('stays once per hour, for a month, and not where a clock was ahead', async () => {
    for (const at of [NOW + 40 * DAY, NOW - 31 * DAY]) await recordStorage(own.db, new Date(at), disk);
    for (const minutes of [0, 1, 59, 60]) {
      now = NOW + minutes * 60_000;
      await watch();
    }
    const kept = await own.db.selectFrom('storage_sample').select('measured_at').orderBy('hour').execute();
    expect(kept.map(({ measured_at }) => measured_at.getTime() - NOW)).toEqual([59 * 60_000, 60 * 60_000]);
  });
});

describe('growth', () => {
  it('is not known before measurements are a day apart', async () => {
    await remember(0.9, (hours) => ({ database: 10 - hours, free: 50 + hours }));
    await recordStorage(own.db, new Date(NOW), disk);
    expect(await growth()).toEqual({ database: null, disk: null });
  });

  it('is that of a day, whatever the hours: a workshop sleeps at night', async () => {
    const isDay = (hour: number) => hour % 24 < 8;
    const grown = (hoursAgo: number) =>
      Array.from({ length: 14 * 24 - hoursAgo }, (_, hour) => Number(isDay(hour)) / 2).reduce((a, b) => a + b, 0);
    await remember(7, (hours) => ({ database: grown(hours), free: 90 - grown(hours) / 2 }));
    expect(await growth()).toEqual({ database: 4, disk: 2 });
  });

  it('is not misled by a month that retention drops at once, nor by a restore', async () => {
    const jump = (hours: number) => (hours < 60 ? -30 : 0) + (hours < 30 ? 20 : 0);
    await remember(7, (hours) => ({ database: 50 - hours / 24 + jump(hours), free: 30 + hours / 24 - jump(hours) }));
    expect(await growth()).toEqual({ database: 1, disk: 1 });
  });

  it('counts what retention drops every day', async () => {
    const dropped = (hours: number) => Math.floor((7 * 24 - hours) / 24);
    await remember(7, (hours) => ({ database: 50 - hours / 24 - dropped(hours), free: null }));
    expect(await growth()).toEqual({ database: 0, disk: null });
  });
});

describe('a warning', () => {
  const states = async (...free: number[]) => {
    const seen = [];
    for (const gigabytes of free) {
      disk = { totalBytes: 100 * GB, freeBytes: gigabytes * GB };
      await watch();
      now += 60_000;
      seen.push((await readStorage(own.db))?.warning);
    }
    return seen;
  };

  it('comes when little is free, stays until that is clearly better, and is told once', async () => {
    expect(await states(10, 9.9, 10, 9.9, 10.9, 11, 10.5)).toEqual([null, 'low', 'low', 'low', 'low', null, null]);
    expect(told).toEqual([
      { level: 'warn', text: 'the disk of the database is almost full' },
      { level: 'info', text: 'the disk of the database has room again' },
    ]);
  });

  it('comes when the disk will be full within days, and shows in metrics', async () => {
    await remember(7, (hours) => ({ database: 50, free: 30 + (hours / 24) * 3 }));
    expect(await states(30)).toEqual(['filling']);
    expect(told).toEqual([{ level: 'warn', text: 'the disk of the database will be full soon' }]);
    expect((await shown('disk_days_left'))[0]?.value).toBeCloseTo(10, 1);
    expect(await shown('disk_warning')).toEqual([
      { warning: 'low', value: 0 },
      { warning: 'filling', value: 1 },
    ]);
    expect(await states(9)).toEqual(['low']);
    expect(told).toHaveLength(2);
  });

  it('that lasts is told once a day, also by a worker that takes over', async () => {
    await states(5, 5, 5);
    expect(told).toHaveLength(1);
    now = NOW + DAY - 1_000;
    await watch();
    expect(told).toHaveLength(1);
    now = NOW + DAY;
    await watch();
    await watch();
    expect(told).toHaveLength(2);
  });
});
