import { type Kysely, sql } from 'kysely';

/** What a gateway last said of itself. Its connection is another fact: a gateway may say online and be gone since. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    CREATE TABLE gateway_status (
      gateway_id uuid PRIMARY KEY REFERENCES gateway ON DELETE CASCADE,
      received_at timestamptz NOT NULL,
      state text NOT NULL CHECK (state IN ('online', 'offline')),
      software_version text,
      hardware_version text,
      buffered int8,
      oldest_buffered_at timestamptz,
      dropped int8,
      clock_synced boolean
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE gateway_status`.execute(db);
}
