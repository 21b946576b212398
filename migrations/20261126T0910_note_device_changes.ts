import { type Kysely, sql } from 'kysely';

/** When what a gateway is told of its devices last changed. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Times of the database, since brokers that look for what is new since their last look run on several machines. Whoever
  // changes state, monitoring, model or label of a device sets changed_at; the rest is not told to gateways.
  await sql`ALTER TABLE device ADD COLUMN changed_at timestamptz NOT NULL DEFAULT now()`.execute(db);
  await sql`CREATE INDEX ON device (changed_at)`.execute(db);

  // first_heard_at is a time of receipt, which may lie hours back when a backlog of the queue is stored.
  await sql`ALTER TABLE device_gateway ADD COLUMN noted_at timestamptz NOT NULL DEFAULT now()`.execute(db);
  await sql`CREATE INDEX ON device_gateway (noted_at)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE device_gateway DROP COLUMN noted_at`.execute(db);
  await sql`ALTER TABLE device DROP COLUMN changed_at`.execute(db);
}
