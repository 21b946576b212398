import { type Kysely, sql } from 'kysely';

/** What devices did: events with the sensors, logs and settings that belong to them. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // An event is (device, id): the key that makes a redelivery harmless. The hash is that of its head, this row; parts
  // have their own. Not partitioned, since the key has no time in it: the same id at another time is a conflict.
  await sql`
    CREATE TABLE event (
      device_id uuid NOT NULL REFERENCES device ON DELETE CASCADE,
      id uuid NOT NULL,
      gateway_id uuid NOT NULL,
      recorded_at timestamptz NOT NULL,
      started_at timestamptz,
      received_at timestamptz NOT NULL,
      type text NOT NULL,
      outcome text CHECK (outcome IN ('ok', 'failed', 'aborted')),
      attributes jsonb NOT NULL,
      content_hash bytea NOT NULL,
      PRIMARY KEY (device_id, id)
    )`.execute(db);
  await sql`CREATE INDEX ON event (device_id, recorded_at, id)`.execute(db);

  // Parts are found by the key of their event and its time, by which they are partitioned; no foreign key to the event,
  // since it would block detaching a partition. The label is in the key, so that a part that was refused can join its
  // event later and can join it once. position keeps the order in which the parts came.
  const part = sql`
      device_id uuid NOT NULL,
      event_id uuid NOT NULL,
      recorded_at timestamptz NOT NULL,
      position int4 NOT NULL,
      label text NOT NULL,
      content_hash bytea NOT NULL`;

  // A value, or a series packed into bytes (src/messages/packed-numbers.ts), which are deflated already.
  await sql`
    CREATE TABLE event_sensor (
      ${part},
      unit text,
      kind text NOT NULL CHECK (kind IN ('singular', 'timeseries')),
      visualization text NOT NULL CHECK (visualization IN ('default', 'scatter', 'line', 'bar')),
      number float8,
      boolean bool,
      text text,
      count int4,
      min float8,
      max float8,
      mean float8,
      times bytea,
      "values" bytea,
      x_label text,
      x_unit text,
      x_values bytea,
      PRIMARY KEY (device_id, event_id, recorded_at, label),
      CHECK (num_nonnulls(number, boolean, text, count) = 1),
      CHECK ((kind = 'timeseries') = (count IS NOT NULL)),
      CHECK (num_nulls(count, times, "values") IN (0, 3)),
      CHECK (num_nulls(x_label, x_values) IN (0, 2))
    ) PARTITION BY RANGE (recorded_at)`.execute(db);
  await sql`
    ALTER TABLE event_sensor
      ALTER COLUMN times SET STORAGE EXTERNAL,
      ALTER COLUMN "values" SET STORAGE EXTERNAL,
      ALTER COLUMN x_values SET STORAGE EXTERNAL`.execute(db);

  // A log is columns of the same length: {"time"?: [epoch ms], "label"?: [text], "content": [text]}.
  await sql`
    CREATE TABLE event_log (
      ${part},
      level text NOT NULL CHECK (level IN ('error', 'debug', 'build')),
      data jsonb NOT NULL,
      PRIMARY KEY (device_id, event_id, recorded_at, level, label)
    ) PARTITION BY RANGE (recorded_at)`.execute(db);
  await sql`
    CREATE TABLE event_setting (
      ${part},
      data jsonb NOT NULL,
      PRIMARY KEY (device_id, event_id, recorded_at, label)
    ) PARTITION BY RANGE (recorded_at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE event_setting, event_log, event_sensor, event`.execute(db);
}
