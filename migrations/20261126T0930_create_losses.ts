import { type Kysely, sql } from 'kysely';

/** What a loss is found by: the numbers that are accounted for, those that are missing, and since when. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // The numbers that workers were told of, seen or void, over all hours: in order, they are one range however many there
  // are, so that a hole shows without reading the ledger. The ledger has the last word; this can be made anew from it.
  await sql`
    CREATE TABLE ingest_sequence (
      gateway_id uuid NOT NULL,
      broker_id uuid NOT NULL,
      told int8multirange NOT NULL,
      holes int8multirange NOT NULL GENERATED ALWAYS AS (
        int8multirange(int8range(1, coalesce(upper(told), 1))) - told
      ) STORED,
      PRIMARY KEY (gateway_id, broker_id)
    )`.execute(db);
  await sql`CREATE INDEX ON ingest_sequence (gateway_id) WHERE NOT isempty(holes)`.execute(db);
  await sql`
    INSERT INTO ingest_sequence (gateway_id, broker_id, told)
    SELECT gateway_id, broker_id, range_agg(seen) + range_agg(voided) FROM ingest_ledger GROUP BY 1, 2`.execute(db);

  // Most holes are filled within seconds, by another worker: the time that each was first noticed tells which are not.
  await sql`
    CREATE TABLE ingest_hole (
      gateway_id uuid NOT NULL,
      broker_id uuid NOT NULL,
      noticed_at timestamptz NOT NULL,
      numbers int8multirange NOT NULL,
      PRIMARY KEY (gateway_id, broker_id, noticed_at)
    )`.execute(db);

  // A verdict, and rare. When it was received nobody can say of a message that is gone; the hour is that of the next one.
  await sql`
    CREATE TABLE ingest_loss (
      id int8 GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
      gateway_id uuid NOT NULL,
      broker_id uuid NOT NULL,
      hour timestamptz NOT NULL,
      found_at timestamptz NOT NULL,
      numbers int8multirange NOT NULL
    )`.execute(db);
  await sql`CREATE INDEX ON ingest_loss (gateway_id, hour)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE ingest_loss, ingest_hole, ingest_sequence`.execute(db);
}
