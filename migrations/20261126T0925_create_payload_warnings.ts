import { type Kysely, sql } from 'kysely';

/** What gateways send that is stored, but not understood in all of its parts. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // One row per fault and not per message, since a gateway repeats a fault with every message. The topic, message and ref
  // are those of the sighting that last_seen_at tells, which moves once a day; told_at is null again from then on.
  await sql`
    CREATE TABLE payload_warning (
      id uuid PRIMARY KEY,
      gateway_id uuid NOT NULL REFERENCES gateway ON DELETE CASCADE,
      code text NOT NULL,
      kind text NOT NULL,
      path text NOT NULL,
      topic text NOT NULL,
      message_id uuid NOT NULL,
      ref text,
      first_seen_at timestamptz NOT NULL,
      last_seen_at timestamptz NOT NULL,
      told_at timestamptz,
      UNIQUE (gateway_id, code, kind, path)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE payload_warning`.execute(db);
}
