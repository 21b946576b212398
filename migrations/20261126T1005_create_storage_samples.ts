import { type Kysely, sql } from 'kysely';

/** How large the database was and how full its disk, hour by hour: from it follows when the disk will be full. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // One row per hour, of its last measurement, so that a month is 720 rows. Of the disk nothing is known where it is not
  // mounted on the machine of the worker. What was said of it is remembered here, so that a worker that takes over does
  // not say it again.
  await sql`
    CREATE TABLE storage_sample (
      hour timestamptz PRIMARY KEY,
      measured_at timestamptz NOT NULL,
      database_bytes int8 NOT NULL,
      disk_total_bytes int8,
      disk_free_bytes int8,
      warning text CHECK (warning IN ('low', 'filling')),
      warned_at timestamptz
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE storage_sample`.execute(db);
}
