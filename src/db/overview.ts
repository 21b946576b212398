import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { IngestCounts } from './ledger-views.ts';
import { sizeOf } from './losses.ts';
import { listPartitions, PARTITIONED_TABLES } from './partitions.ts';

export interface Overview {
  postgresVersion: string;
  customers: number;
  gateways: number;
  devices: number;
  sensors: number;
}

/** What an installation holds, over all customers: for admins only. */
export async function countEverything(db: Db): Promise<Overview> {
  const { rows } = await sql<Overview>`
    SELECT current_setting('server_version') AS "postgresVersion",
      (SELECT count(*)::int4 FROM customer) AS customers,
      (SELECT count(*)::int4 FROM gateway WHERE deleted_at IS NULL) AS gateways,
      (SELECT count(*)::int4 FROM device) AS devices,
      (SELECT count(*)::int4 FROM sensor) AS sensors`.execute(db);
  return rows[0] as Overview;
}

const MINUTES = 15;

/** What was folded into the books in a minute, and found lost. */
export interface IngestMinute extends IngestCounts {
  minute: Date;
}

/** The last whole minutes, newest first, over all customers: for admins only. */
export async function listIngestMinutes(db: Db): Promise<IngestMinute[]> {
  const count = (column: string) => sql`coalesce(${sql.raw(column)}, 0)::float8`;
  const { rows } = await sql<IngestMinute>`
    SELECT minute, ${count('stored + duplicate + rejected')} AS accepted, ${count('stored')} AS stored,
      ${count('duplicate')} AS duplicate, ${count('rejected')} AS rejected, ${count('items_stored')} AS "itemsStored",
      ${count('items_duplicate')} AS "itemsDuplicate", ${count('items_rejected')} AS "itemsRejected",
      coalesce((
        SELECT sum(${sizeOf(sql.ref('numbers'))}) FROM ingest_loss
        WHERE found_at >= minute AND found_at < minute + interval '1 minute'
      ), 0)::float8 AS lost
    FROM generate_series(
      date_trunc('minute', now()) - ${`${MINUTES} minutes`}::interval, now() - interval '1 minute', '1 minute'
    ) AS minute
    LEFT JOIN ingest_minute USING (minute)
    ORDER BY minute DESC LIMIT ${MINUTES}`.execute(db);
  return rows;
}

/** How many processes live of each role and release. */
export async function countProcesses(db: Db) {
  return db
    .selectFrom('process')
    .where('expires_at', '>', sql<Date>`now()`)
    .select(['role', 'version', sql<number>`count(*)::int4`.as('count')])
    .groupBy(['role', 'version'])
    .orderBy('role')
    .orderBy('version')
    .execute();
}

/** Of each partitioned table, how many partitions there are, and what span of time they cover. */
export async function summarisePartitions(db: Db) {
  const summaries = [];
  for (const table of PARTITIONED_TABLES) {
    const all = await listPartitions(db, table);
    const [first, last] = [all[0], all.at(-1)];
    summaries.push({
      table,
      partitions: all.length,
      from: first ? new Date(first.from) : null,
      to: last ? new Date(last.to) : null,
    });
  }
  return summaries;
}

/** When the newest of all current values came, which is how far the data reach; for operators only. */
export async function newestReceipt(db: Db): Promise<Date | undefined> {
  const { at } = await db
    .selectFrom('sensor_latest')
    .select(({ fn }) => fn.max('received_at').as('at'))
    .executeTakeFirstOrThrow();
  return at ?? undefined;
}
