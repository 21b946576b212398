import { type Kysely, sql } from 'kysely';

/** When gateways without a clock were powered up: what their times since power-up are counted from. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // zero is fixed once, by the receipt that received_at names, and never changed: a message that is sent again has the same
  // times only as long as it stands.
  await sql`
    CREATE TABLE gateway_boot (
      gateway_id uuid NOT NULL REFERENCES gateway ON DELETE CASCADE,
      boot text NOT NULL,
      zero timestamptz NOT NULL,
      received_at timestamptz NOT NULL,
      PRIMARY KEY (gateway_id, boot)
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE gateway_boot`.execute(db);
}
