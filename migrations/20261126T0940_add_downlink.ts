import { type Kysely, sql } from 'kysely';

/** What gateways are still to be told: of what was refused, and what became of their messages. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // told_at is when the gateway acknowledged it; a letter that is seen again is to be told again. Letters from before
  // this migration are not: nobody waited for them.
  await sql`ALTER TABLE dead_letter ADD COLUMN told_at timestamptz`.execute(db);
  await sql`UPDATE dead_letter SET told_at = now()`.execute(db);
  await sql`CREATE INDEX dead_letter_untold ON dead_letter (gateway_id, last_received_at, id) WHERE told_at IS NULL`.execute(
    db,
  );

  // Written by the batch that it is about, and deleted when the gateway has acknowledged it. Without foreign key to the
  // gateway, whose row every batch would lock for it.
  await sql`
    CREATE TABLE receipt (
      gateway_id uuid NOT NULL,
      batch_id uuid NOT NULL,
      committed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
      body jsonb NOT NULL,
      PRIMARY KEY (gateway_id, batch_id)
    )`.execute(db);
  await sql`CREATE INDEX ON receipt USING brin (committed_at)`.execute(db);

  // Who subscribed to receipts, until when they are written without a further sign of it: most gateways do not, and a
  // row for each gateway of each batch would be as many rows as messages.
  await sql`
    CREATE TABLE receipt_wish (
      gateway_id uuid PRIMARY KEY REFERENCES gateway ON DELETE CASCADE,
      until timestamptz NOT NULL
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP TABLE receipt_wish, receipt`.execute(db);
  await sql`ALTER TABLE dead_letter DROP COLUMN told_at`.execute(db);
}
