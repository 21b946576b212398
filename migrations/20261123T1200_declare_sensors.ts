import { type Kysely, sql } from 'kysely';

/** Sensors that a registration declares before they have any value. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // A declared sensor has no type until its first value says which: its measure does not tell a state that is a text from
  // one that is a boolean. declared_at tells what was declared from the defaults of a sensor that came with a reading.
  await sql`
    ALTER TABLE sensor ALTER COLUMN value_type DROP NOT NULL, ADD COLUMN declared_at timestamptz`.execute(db);
}

/** A sensor without a type has no values, so nothing is lost with it that the next registration does not bring back. */
export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`DELETE FROM sensor WHERE value_type IS NULL`.execute(db);
  await sql`ALTER TABLE sensor ALTER COLUMN value_type SET NOT NULL, DROP COLUMN declared_at`.execute(db);
}
