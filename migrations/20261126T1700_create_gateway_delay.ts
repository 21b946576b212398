import { type Kysely, sql } from 'kysely';

/** Which gateways brokers delay. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Only what is true now: a broker writes down what begins and ends with it, and what it leaves goes with its lease.
  await sql`
    CREATE TABLE gateway_delay (
      gateway_id uuid NOT NULL REFERENCES gateway ON DELETE CASCADE,
      process_id uuid NOT NULL REFERENCES process ON DELETE CASCADE,
      reason text NOT NULL CHECK (reason IN ('gateway_rate', 'customer_rate', 'backlog')),
      since timestamptz NOT NULL,
      PRIMARY KEY (gateway_id, process_id)
    )`.execute(db);
  await sql`CREATE INDEX ON gateway_delay (process_id)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE gateway_delay`.execute(db);
}
