import { sql } from 'kysely';
import type { Database, Db } from './database.ts';
import type { PartitionedTable } from './partitions.ts';

/** The comment on a partition whose indexes were built anew: it goes with the partition. */
const PACKED = 'stepcloud: packed';

/** Partitions of a table that say nothing of what maintenance did with them. */
export async function listUntouchedPartitions(db: Db, table: PartitionedTable): Promise<Set<string>> {
  const { rows } = await sql<{ name: string }>`
    SELECT relname AS name FROM pg_inherits JOIN pg_class ON oid = inhrelid
    WHERE inhparent = ${table}::regclass AND NOT inhdetachpending AND obj_description(oid, 'pg_class') IS NULL`.execute(
    db,
  );
  return new Set(rows.map(({ name }) => name));
}

/**
 * Builds the indexes of a partition anew, beside readers and writers, and says how many bytes they took before and take now.
 * Rows that came in any order left half-empty pages behind; few more will come, so pages are filled to the brim. Never in a
 * transaction. Interrupted, it leaves an invalid index, which the next call removes.
 */
export async function packPartition(connection: Database, name: string): Promise<{ before: number; after: number }> {
  const { rows: indexes } = await sql<{ index: string; invalid: boolean }>`
    SELECT relname AS index, NOT indisvalid AND relname ~ '_cc(new|old)[0-9]*$' AS invalid
    FROM pg_index JOIN pg_class ON oid = indexrelid WHERE indrelid = ${name}::regclass`.execute(connection);
  for (const { index, invalid } of indexes) {
    await (invalid
      ? sql`DROP INDEX CONCURRENTLY ${sql.table(index)}`.execute(connection)
      : sql`ALTER INDEX ${sql.table(index)} SET (fillfactor = 100)`.execute(connection));
  }
  const before = await indexBytes(connection, name);
  await sql`REINDEX TABLE CONCURRENTLY ${sql.table(name)}`.execute(connection);
  await sql`COMMENT ON TABLE ${sql.table(name)} IS ${sql.lit(PACKED)}`.execute(connection);
  return { before, after: await indexBytes(connection, name) };
}

async function indexBytes(db: Db, name: string): Promise<number> {
  const { rows } = await sql<{ bytes: number }>`SELECT pg_indexes_size(${name}::regclass)::float8 AS bytes`.execute(db);
  return rows[0]?.bytes ?? 0;
}
