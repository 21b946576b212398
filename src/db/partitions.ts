import { sql } from 'kysely';
import type { Database, Db } from './database.ts';

export type PartitionSpan = 'day' | 'week' | 'month';
export const PARTITIONED_TABLES = [
  'reading',
  'reading_text',
  'event_sensor',
  'event_log',
  'event_setting',
  'rollup_minute',
  'rollup_hour',
] as const;
export type PartitionedTable = (typeof PARTITIONED_TABLES)[number];

export interface Partition {
  name: string;
  /** Epoch milliseconds, inclusive. */
  from: number;
  /** Epoch milliseconds, exclusive. */
  to: number;
}

const DAY = 86_400_000;

/** The partitions of a table, oldest first. */
export async function listPartitions(db: Db, table: PartitionedTable): Promise<Partition[]> {
  const { rows } = await sql<{ name: string; bounds: string }>`
    SELECT child.relname AS name, pg_get_expr(child.relpartbound, child.oid) AS bounds
    FROM pg_inherits JOIN pg_class child ON child.oid = inhrelid
    WHERE inhparent = ${table}::regclass`.execute(db);
  return rows.map(({ name, bounds }) => ({ name, ...parseBounds(bounds) })).sort((a, b) => a.from - b.from);
}

function parseBounds(bounds: string): { from: number; to: number } {
  const [from, to] = [...bounds.matchAll(/'([^']+)'/g)].map(([, text]) => Date.parse(normalise(text as string)));
  if (from === undefined || to === undefined || Number.isNaN(from) || Number.isNaN(to)) {
    throw new Error(`unexpected partition bounds: ${bounds}`);
  }
  return { from, to };
}

/** Postgres prints `2026-11-01 00:00:00+00`; Date.parse wants the T and full minutes of the zone. */
function normalise(timestamp: string): string {
  return timestamp.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00');
}

/**
 * Makes the partitions that rows of these times need and returns all there are. Beside readers and writers: a table is
 * made apart and then attached, since `CREATE TABLE ... PARTITION OF` waits for readers and deadlocks with writers. An
 * advisory lock lets one process do it at a time. Never call it inside a transaction that wrote to the table.
 */
export async function ensurePartitions(
  db: Database,
  table: PartitionedTable,
  times: Iterable<number>,
  span: PartitionSpan,
): Promise<Partition[]> {
  const wanted = new Map<number, number>();
  const length = table === 'rollup_hour' ? 'month' : span; // a day of it has 24 rows of a sensor at most
  for (const time of times) wanted.set(...spanAround(time, length));
  return db.transaction().execute(async (tx) => {
    await sql`SET LOCAL TIME ZONE 'UTC'`.execute(tx);
    await sql`SELECT pg_advisory_xact_lock(hashtextextended('stepcloud.partitions.' || ${table}, 0))`.execute(tx);
    const present = await listPartitions(tx, table);
    for (const [from, to] of wanted) {
      for (const gap of gapsBetween(present, from, to)) {
        const partition = { name: `${table}_${dateOf(gap.from)}_${dateOf(gap.to)}`, ...gap };
        await attachPartition(tx, table, partition);
        present.push(partition);
        present.sort((a, b) => a.from - b.from);
      }
    }
    return present;
  });
}

async function attachPartition(tx: Db, table: PartitionedTable, { name, from, to }: Partition): Promise<void> {
  const [parent, child] = [sql.table(table), sql.table(name)];
  await sql`
    CREATE TABLE ${child}
    (LIKE ${parent} INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE)`.execute(tx);
  await sql`
    ALTER TABLE ${parent} ATTACH PARTITION ${child}
    FOR VALUES FROM (${sql.lit(new Date(from).toISOString())}) TO (${sql.lit(new Date(to).toISOString())})`.execute(tx);
}

/** What of [from, to) no partition covers yet; more than one piece only where spans of another length were used before. */
function gapsBetween(present: readonly Partition[], from: number, to: number): { from: number; to: number }[] {
  const gaps = [];
  let start = from;
  for (const partition of present) {
    if (partition.to <= start || partition.from >= to) continue;
    if (partition.from > start) gaps.push({ from: start, to: partition.from });
    start = Math.max(start, partition.to);
  }
  if (start < to) gaps.push({ from: start, to });
  return gaps;
}

function dateOf(time: number): string {
  return new Date(time).toISOString().slice(0, 10).replaceAll('-', '');
}

/** The span of UTC time that holds a moment, as [from, to) in epoch milliseconds. Weeks begin on Monday. */
export function spanAround(time: number, span: PartitionSpan): [number, number] {
  const date = new Date(time);
  if (span === 'month') {
    const [year, month] = [date.getUTCFullYear(), date.getUTCMonth()];
    return [Date.UTC(year, month, 1), Date.UTC(year, month + 1, 1)];
  }
  const midnight = Math.floor(time / DAY) * DAY;
  if (span === 'day') return [midnight, midnight + DAY];
  const monday = midnight - ((date.getUTCDay() + 6) % 7) * DAY;
  return [monday, monday + 7 * DAY];
}
