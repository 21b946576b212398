import { type Kysely, sql } from 'kysely';

/** Events of many devices in the order of time, and those with an attribute. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // For a customer with many devices: the newest of all, without sorting what each of them has.
  await sql`CREATE INDEX event_by_time ON event (recorded_at, device_id, id)`.execute(db);
  // "Which print was lot 17?" asks for few events among all of years. Paths and values are hashed together, which is smaller
  // than an entry for each of both, and all that containment needs.
  await sql`CREATE INDEX event_attributes ON event USING gin (attributes jsonb_path_ops)`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DROP INDEX event_attributes, event_by_time`.execute(db);
}
