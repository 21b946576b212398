import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { PartitionedTable } from './partitions.ts';

export interface DiskSpace {
  readonly totalBytes: number;
  readonly freeBytes: number;
}

/** `low`: little is free; `filling`: it will be full soon. */
export type StorageWarning = 'low' | 'filling';

/** The last measurement, and what follows from those before. What is not known, or not yet, is null. */
export interface Storage {
  readonly measuredAt: Date;
  readonly databaseBytes: number;
  readonly databaseBytesPerDay: number | null;
  readonly diskBytes: number | null;
  readonly diskFreeBytes: number | null;
  /** By which more of the disk is used each day, by whatever. */
  readonly diskBytesPerDay: number | null;
  /** Until the disk is full, as it goes now; null also where nothing grows. */
  readonly daysLeft: number | null;
  readonly warning: StorageWarning | null;
  /** When the log last told of the warning, or of its end. */
  readonly warnedAt: Date | null;
}

/** Writes down how large the database is and how full its disk. Of an hour the last measurement stays. */
export async function recordStorage(db: Db, at: Date, disk: DiskSpace | undefined): Promise<void> {
  await sql`
    INSERT INTO storage_sample
      (hour, measured_at, database_bytes, disk_total_bytes, disk_free_bytes, warning, warned_at)
    SELECT date_bin('1 hour', ${at}, 'epoch'), ${at}, pg_database_size(current_database()),
      ${disk?.totalBytes ?? null}::int8, ${disk?.freeBytes ?? null}::int8, last.warning, last.warned_at
    FROM (SELECT) AS this LEFT JOIN (SELECT * FROM storage_sample ORDER BY hour DESC LIMIT 1) AS last ON true
    ON CONFLICT (hour) DO UPDATE SET measured_at = excluded.measured_at, database_bytes = excluded.database_bytes,
      disk_total_bytes = excluded.disk_total_bytes, disk_free_bytes = excluded.disk_free_bytes`.execute(db);
}

/** Forgets measurements from before a time, and those of a clock that was ahead. */
export async function expireStorage(db: Db, before: Date, now: Date): Promise<void> {
  await sql`DELETE FROM storage_sample WHERE hour < ${before} OR hour > ${now}`.execute(db);
}

/** Remembers what the log was told. */
export async function noteStorageWarning(db: Db, warning: StorageWarning | null, at: Date): Promise<void> {
  await sql`
    UPDATE storage_sample SET warning = ${warning}, warned_at = ${at}
    WHERE hour = (SELECT max(hour) FROM storage_sample)`.execute(db);
}

/**
 * What was measured last, and what it grows by: the median of the growth from each hour of the last week to the same one a day
 * later. So nights and what retention drops each day are part of it, while a whole month that goes at once, a restore or
 * a vacuum are not. Not known before there are measurements a day apart. Undefined before the first.
 */
export async function readStorage(db: Db): Promise<Storage | undefined> {
  const median = (grown: string) =>
    sql`percentile_cont(0.5) WITHIN GROUP (ORDER BY (${sql.raw(grown)}) / extract(epoch FROM later.measured_at - earlier.measured_at) * 86400)::float8`;
  const { rows } = await sql<Storage>`
    WITH last AS (SELECT * FROM storage_sample ORDER BY hour DESC LIMIT 1), growth AS (
      SELECT ${median('later.database_bytes - earlier.database_bytes')} AS database, ${median(
        '(later.disk_total_bytes - later.disk_free_bytes) - (earlier.disk_total_bytes - earlier.disk_free_bytes)',
      )} AS disk
      FROM storage_sample AS later JOIN storage_sample AS earlier ON earlier.hour = later.hour - interval '24 hours'
      WHERE later.hour > (SELECT hour FROM last) - interval '7 days'
    )
    SELECT measured_at AS "measuredAt", database_bytes::float8 AS "databaseBytes", database AS "databaseBytesPerDay",
      disk_total_bytes::float8 AS "diskBytes", disk_free_bytes::float8 AS "diskFreeBytes", disk AS "diskBytesPerDay",
      CASE WHEN disk > 0 THEN disk_free_bytes / disk END AS "daysLeft", warning, warned_at AS "warnedAt"
    FROM last, growth`.execute(db);
  return rows[0];
}

type Family = 'readings' | 'events' | 'logs' | 'rollups' | 'rest';

/** Which tables are what, for people. All others, the queue's among them, are `rest`. */
const FAMILIES: Record<Exclude<Family, 'rest'>, readonly (PartitionedTable | 'event' | 'rollup_day')[]> = {
  readings: ['reading', 'reading_text'],
  events: ['event', 'event_sensor', 'event_setting'],
  logs: ['event_log'],
  rollups: ['rollup_minute', 'rollup_hour', 'rollup_day'],
};

export interface TableFamily {
  readonly family: Family;
  readonly bytes: number;
  readonly partitions: number;
}

/** What takes how much of the database, indexes included; together it is all of it. */
export async function measureFamilies(db: Db): Promise<TableFamily[]> {
  const tables = Object.values(FAMILIES).flat();
  const { rows } = await sql<{ table: string; bytes: number; partitions: number }>`
    SELECT root.relname AS table, count(inhrelid)::int4 AS partitions,
      coalesce(sum(pg_total_relation_size(coalesce(inhrelid, root.oid))), 0)::float8 AS bytes
    FROM pg_class AS root LEFT JOIN pg_inherits ON inhparent = root.oid
    WHERE root.oid = ANY (${tables}::regclass[]) GROUP BY root.oid`.execute(db);
  const families: TableFamily[] = (Object.keys(FAMILIES) as (keyof typeof FAMILIES)[]).map((family) => {
    const own = rows.filter(({ table }) => (FAMILIES[family] as readonly string[]).includes(table));
    const sum = (field: 'bytes' | 'partitions') => own.reduce((total, one) => total + one[field], 0);
    return { family, bytes: sum('bytes'), partitions: sum('partitions') };
  });
  const { rows: sizes } = await sql<{ bytes: number }>`
    SELECT pg_database_size(current_database())::float8 AS bytes`.execute(db);
  const known = families.reduce((total, { bytes }) => total + bytes, 0);
  return [...families, { family: 'rest', bytes: Math.max(0, (sizes[0]?.bytes ?? 0) - known), partitions: 0 }];
}
