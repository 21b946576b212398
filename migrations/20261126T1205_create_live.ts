import { type Kysely, sql } from 'kysely';

/**
 * What live streams are fed from (docs/decisions/0013-live.md). Both tables are unlogged: after a crash of Postgres they are
 * empty, and streams that resume are told that they missed something.
 */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Whom somebody watches: the id of a device or a gateway. Without foreign keys, since it is of either.
  await sql`
    CREATE UNLOGGED TABLE live_interest (
      topic uuid PRIMARY KEY,
      since timestamptz NOT NULL,
      until timestamptz NOT NULL
    )`.execute(db);

  // Written by the batch that it is about, only for what is watched. A batch may commit after one that began later: a reader
  // remembers the snapshot it has seen, and takes what that does not show.
  await sql`
    CREATE UNLOGGED TABLE live_item (
      topic uuid NOT NULL,
      xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
      seq int8 GENERATED ALWAYS AS IDENTITY,
      at timestamptz NOT NULL DEFAULT clock_timestamp(),
      kind text NOT NULL CHECK (kind IN ('readings', 'event', 'dead-letter')),
      body jsonb NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX ON live_item (topic, xid)`.execute(db);
  await sql`CREATE INDEX ON live_item (at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE live_item, live_interest`.execute(db);
}
