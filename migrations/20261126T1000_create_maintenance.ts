import { type Kysely, sql } from 'kysely';

/** Jobs that keep the installation in order, and how they went. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Who may run a job is a matter of advisory locks, which end with their connection, and not of this table: it tells
  // people what went on, and the next process what is due. A job that is due stays so until a run of it has ended.
  await sql`
    CREATE TABLE maintenance_job (
      name text PRIMARY KEY,
      every_ms int8 NOT NULL,
      next_run_at timestamptz NOT NULL,
      requested_at timestamptz,
      run_by text,
      started_at timestamptz,
      finished_at timestamptz,
      succeeded_at timestamptz,
      error text,
      result jsonb,
      result_at timestamptz
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE maintenance_job`.execute(db);
}
