import { type Kysely, sql } from 'kysely';

/** Readings by minute, hour and day of UTC, and what makes sure that they stay true when data comes late. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // All of them are kept whatever the measure of the sensor, since a registration may change that later; only `held`, the
  // milliseconds of each value between the first and the last reading of the bucket, is for states alone, and for those
  // that changed within the bucket. No foreign key to sensor: it would block detaching a partition.
  const columns = sql`
      bucket timestamptz NOT NULL,
      first_at timestamptz NOT NULL,
      last_at timestamptz NOT NULL,
      min float8 NOT NULL,
      max float8 NOT NULL,
      sum float8 NOT NULL,
      first float8 NOT NULL,
      last float8 NOT NULL,
      increase float8 NOT NULL,
      sensor_id int4 NOT NULL,
      count int4 NOT NULL,
      held jsonb,
      PRIMARY KEY (sensor_id, bucket)`;
  await sql`CREATE TABLE rollup_minute (${columns}) PARTITION BY RANGE (bucket)`.execute(db);
  await sql`CREATE TABLE rollup_hour (${columns}) PARTITION BY RANGE (bucket)`.execute(db);
  // One row per sensor and day: small enough to delete from.
  await sql`CREATE TABLE rollup_day (${columns})`.execute(db);

  // Appended by every batch, one row per hour it has readings of: a row per sensor would cost five times as much.
  await sql`
    CREATE TABLE rollup_mark (
      hour timestamptz NOT NULL,
      sensor_ids int4[] NOT NULL
    )`.execute(db);
  // The marks once they are gathered: each hour of a sensor whose rollups do not tell all of its readings.
  await sql`
    CREATE TABLE rollup_due (
      sensor_id int4 NOT NULL,
      hour timestamptz NOT NULL,
      PRIMARY KEY (sensor_id, hour)
    )`.execute(db);
  // One row: how far back readings and rollups go. Rollups of readings that may be gone are final.
  await sql`
    CREATE TABLE rollup_floor (
      readings_from timestamptz NOT NULL,
      rollups_from timestamptz NOT NULL
    )`.execute(db);
  await sql`INSERT INTO rollup_floor VALUES ('-infinity', '-infinity')`.execute(db);

  // date_bin, since date_trunc would cut by the hours of the session's time zone.
  await sql`
    INSERT INTO rollup_due SELECT DISTINCT sensor_id, date_bin('1 hour', recorded_at, 'epoch') FROM reading`.execute(
    db,
  );
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`
    DROP TABLE rollup_floor, rollup_due, rollup_mark, rollup_day, rollup_hour, rollup_minute`.execute(db);
}
