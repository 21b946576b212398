import { sql } from 'kysely';
import type { Database, Db } from './database.ts';
import { listPartitions, type PartitionedTable } from './partitions.ts';

/** The comment on a partition that is about to be dropped. It outlives the process that wrote it, and tells the next. */
const DOOMED = 'stepcloud: to be dropped';
const LOCK_NOT_AVAILABLE = '55P03';

/** What goes, or went. Rows are as Postgres estimates them. */
export interface Amount {
  readonly partitions: number;
  readonly rows: number;
  readonly bytes: number;
}
export const NOTHING: Amount = { partitions: 0, rows: 0, bytes: 0 };

export function addAmounts(a: Amount, b: Amount): Amount {
  return { partitions: a.partitions + b.partitions, rows: a.rows + b.rows, bytes: a.bytes + b.bytes };
}

export interface Dropped extends Amount {
  /** A partition that somebody reads, and that is left to the next run. */
  readonly waiting: string | undefined;
}

export interface DropOptions {
  /** Partitions whose last moment lies before this go: epoch milliseconds. */
  readonly before: number;
  /** How long to wait for readers. */
  readonly lockTimeoutMs: number;
  readonly signal: AbortSignal;
}

/** What of a table lies before a time as a whole, that is, in partitions that can go. */
export async function measureOldPartitions(db: Db, table: PartitionedTable, before: number): Promise<Amount> {
  const names = (await listPartitions(db, table)).filter(({ to }) => to <= before).map(({ name }) => name);
  return measure(db, [...names, ...(await listLeftovers(db, table))]);
}

/** Up to when the partitions of a table go that lie before a time; undefined where there are none. */
export async function endOfOldPartitions(db: Db, table: PartitionedTable, before: number): Promise<number | undefined> {
  return (await listPartitions(db, table)).findLast(({ to }) => to <= before)?.to;
}

async function measure(db: Db, names: readonly string[]): Promise<Amount> {
  const { rows } = await sql<Amount>`
    SELECT count(*)::int4 AS partitions, coalesce(sum(greatest(reltuples, 0)), 0)::float8 AS rows,
      coalesce(sum(pg_total_relation_size(oid)), 0)::float8 AS bytes
    FROM pg_class WHERE oid = ANY (SELECT to_regclass(quote_ident(name)) FROM unnest(${names}::text[]) AS name)`.execute(
    db,
  );
  return rows[0] ?? NOTHING;
}

/** Partitions that were to be dropped and are detached already, since the process that did it ended before it was done. */
async function listLeftovers(db: Db, table: PartitionedTable): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_class
    WHERE relkind = 'r' AND NOT relispartition AND relname ^@ ${`${table}_`} AND pg_table_is_visible(oid)
      AND obj_description(oid, 'pg_class') = ${DOOMED} ORDER BY relname`.execute(db);
  return rows.map(({ name }) => name);
}

/**
 * Drops the partitions of a table that lie before a time, oldest first, and finishes what an earlier call began. Beside readers
 * and writers: a partition is detached concurrently, and dropped when nobody can see it any more, each step in a transaction of
 * its own. Who reads it for longer is not waited for. Never in a transaction, and on one connection alone.
 */
export async function dropOldPartitions(
  connection: Database,
  table: PartitionedTable,
  { before, lockTimeoutMs, signal }: DropOptions,
): Promise<Dropped> {
  const parent = sql.table(table);
  let dropped = NOTHING;
  let current: string = table;
  await sql`SET lock_timeout = ${sql.lit(lockTimeoutMs)}`.execute(connection);
  try {
    // One partition of a table at a time can be half detached, and none other is detached before it.
    for (current of await listHalfDetached(connection, table))
      await sql`ALTER TABLE ${parent} DETACH PARTITION ${sql.table(current)} FINALIZE`.execute(connection);
    for (current of await listLeftovers(connection, table))
      dropped = addAmounts(dropped, await drop(connection, current));
    for (const { name, to } of await listPartitions(connection, table)) {
      if (to > before || signal.aborted) break;
      current = name;
      await sql`COMMENT ON TABLE ${sql.table(name)} IS ${sql.lit(DOOMED)}`.execute(connection);
      await sql`ALTER TABLE ${parent} DETACH PARTITION ${sql.table(name)} CONCURRENTLY`.execute(connection);
      dropped = addAmounts(dropped, await drop(connection, name));
    }
    return { ...dropped, waiting: undefined };
  } catch (error) {
    if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE) throw error;
    return { ...dropped, waiting: current };
  } finally {
    await sql`RESET lock_timeout`.execute(connection).catch(() => {});
  }
}

async function listHalfDetached(db: Db, table: PartitionedTable): Promise<string[]> {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
    WHERE inhparent = ${table}::regclass AND inhdetachpending`.execute(db);
  return rows.map(({ name }) => name);
}

async function drop(connection: Database, name: string): Promise<Amount> {
  const amount = await measure(connection, [name]);
  await sql`DROP TABLE ${sql.table(name)}`.execute(connection);
  return amount;
}
