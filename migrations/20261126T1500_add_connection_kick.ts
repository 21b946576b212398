import { type Kysely, sql } from 'kysely';

/** What a connection came by, and that somebody wants it to end. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Null: of a broker of the release before, which does not say.
  await sql`
    ALTER TABLE connection
      ADD COLUMN transport text CHECK (transport IN ('tcp', 'tls', 'websocket')),
      ADD COLUMN kicked_at timestamptz`.execute(db);
  // Every broker asks every second, and mostly there is none.
  await sql`CREATE INDEX connection_kicked ON connection (process_id) WHERE kicked_at IS NOT NULL`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE connection DROP COLUMN transport, DROP COLUMN kicked_at`.execute(db);
}
