import { type Kysely, sql } from 'kysely';

/** What was stored in each of the last minutes, over all gateways: how fast it goes just now. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Written by the fold of the books, which comes every few seconds and sees each count once; so the minute is that in which it was
  // folded, a little later than it was stored. The ledger knows hours of receipt only.
  await sql`
    CREATE TABLE ingest_minute (
      minute timestamptz PRIMARY KEY,
      stored int8 NOT NULL,
      duplicate int8 NOT NULL,
      rejected int8 NOT NULL,
      items_stored int8 NOT NULL,
      items_duplicate int8 NOT NULL,
      items_rejected int8 NOT NULL
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE ingest_minute`.execute(db);
}
