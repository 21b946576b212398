import { type Kysely, sql } from 'kysely';

/** How far the clocks of gateways are off, as measured last. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Not columns of gateway_status: a gateway may say when it sends and never how it is.
  await sql`
    CREATE TABLE gateway_clock (
      gateway_id uuid PRIMARY KEY REFERENCES gateway ON DELETE CASCADE,
      skew_ms int8 NOT NULL,
      measured_at timestamptz NOT NULL
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE gateway_clock`.execute(db);
}
