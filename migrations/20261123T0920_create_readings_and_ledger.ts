import { type Kysely, sql } from 'kysely';

/** What was measured, what was refused, and the books that show that both together are all that was accepted. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A reading is (sensor, time): the key that makes a redelivery harmless. Time is in the key from the first day, so
  // that the table can be partitioned; no foreign key to sensor, since it would block detaching a partition. Columns
  // stand in the order that needs no padding. received_after is in seconds: how late the value reached the broker.
  await sql`
    CREATE TABLE reading (
      recorded_at timestamptz NOT NULL,
      value float8 NOT NULL,
      sensor_id int4 NOT NULL,
      received_after int4 NOT NULL,
      PRIMARY KEY (sensor_id, recorded_at)
    ) PARTITION BY RANGE (recorded_at)`.execute(db);
  await sql`
    CREATE TABLE reading_text (
      recorded_at timestamptz NOT NULL,
      sensor_id int4 NOT NULL,
      received_after int4 NOT NULL,
      value text NOT NULL,
      PRIMARY KEY (sensor_id, recorded_at)
    ) PARTITION BY RANGE (recorded_at)`.execute(db);

  // One row per sensor, rewritten by every batch that has news of it: half-empty pages keep those updates in place.
  await sql`
    CREATE TABLE sensor_latest (
      sensor_id int4 PRIMARY KEY REFERENCES sensor ON DELETE CASCADE,
      recorded_at timestamptz NOT NULL,
      received_at timestamptz NOT NULL,
      value float8,
      text text,
      CHECK (num_nonnulls(value, text) = 1)
    ) WITH (fillfactor = 50)`.execute(db);

  // A job that runs a second time finds its batch here and does nothing. The id is the broker's own, since BullMQ's
  // job ids restart at 1 when its store is emptied.
  await sql`
    CREATE TABLE ingest_batch (
      id uuid PRIMARY KEY,
      committed_at timestamptz NOT NULL DEFAULT now()
    )`.execute(db);
  await sql`CREATE INDEX ON ingest_batch USING brin (committed_at)`.execute(db);

  // Appended by every batch, folded into the ledger later: appending never waits for another worker's row lock.
  const books = sql`
      gateway_id uuid NOT NULL,
      broker_id uuid NOT NULL,
      hour timestamptz NOT NULL,
      seen int8multirange NOT NULL,
      voided int8multirange NOT NULL,
      stored int8 NOT NULL,
      duplicate int8 NOT NULL,
      rejected int8 NOT NULL,
      items_stored int8 NOT NULL,
      items_duplicate int8 NOT NULL,
      items_rejected int8 NOT NULL`;
  await sql`CREATE TABLE ingest_count (${books})`.execute(db);
  await sql`CREATE INDEX ON ingest_count (gateway_id)`.execute(db);
  await sql`CREATE TABLE ingest_ledger (${books}, PRIMARY KEY (gateway_id, hour, broker_id))`.execute(db);

  // One row per distinct fault: the same refused item again only raises `seen`. `item` is what the gateway sent,
  // byte for byte, as far as it was kept; `size` is what it measured.
  await sql`
    CREATE TABLE dead_letter (
      id uuid PRIMARY KEY,
      customer_id uuid NOT NULL REFERENCES customer ON DELETE CASCADE,
      gateway_id uuid NOT NULL REFERENCES gateway ON DELETE CASCADE,
      fingerprint bytea NOT NULL,
      code text NOT NULL,
      path text NOT NULL,
      detail text NOT NULL,
      topic text NOT NULL,
      device_key text,
      ref text,
      item bytea NOT NULL,
      size int8 NOT NULL,
      message_id uuid NOT NULL,
      first_received_at timestamptz NOT NULL,
      last_received_at timestamptz NOT NULL,
      seen int8 NOT NULL DEFAULT 1,
      UNIQUE (gateway_id, fingerprint)
    )`.execute(db);
  await sql`CREATE INDEX ON dead_letter (customer_id, id)`.execute(db);
  await sql`CREATE INDEX ON dead_letter (gateway_id, id)`.execute(db);
  await sql`
    CREATE TABLE dead_letter_overflow (
      gateway_id uuid PRIMARY KEY REFERENCES gateway ON DELETE CASCADE,
      dropped int8 NOT NULL
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    DROP TABLE dead_letter_overflow, dead_letter, ingest_ledger, ingest_count, ingest_batch, sensor_latest, reading_text, reading
  `.execute(db);
}
