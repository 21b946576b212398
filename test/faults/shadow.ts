import { sql } from 'kysely';
import type { Database } from '../../src/db/database.ts';

/**
 * Counts what was tried to be stored, key or no key, so that a run can show that messages came more than once: rows of
 * `shadow` beyond those of `reading` are readings that came again, batches beyond those of `ingest_batch` jobs that ran again.
 */
export async function createShadow(db: Database): Promise<void> {
  await sql`CREATE TABLE shadow (what text NOT NULL)`.execute(db);
  await sql`
    CREATE FUNCTION note_shadow() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN INSERT INTO shadow VALUES (TG_ARGV[0]); RETURN NEW; END $$`.execute(db);
  await sql`CREATE TRIGGER shadow BEFORE INSERT ON reading FOR EACH ROW EXECUTE FUNCTION note_shadow('reading')`.execute(
    db,
  );
  await sql`
    CREATE TRIGGER shadow BEFORE INSERT ON ingest_batch FOR EACH ROW EXECUTE FUNCTION note_shadow('batch')`.execute(db);
}

export async function countShadow(db: Database): Promise<{ readings: number; batches: number }> {
  const { rows } = await sql<{ readings: number; batches: number }>`
    SELECT (count(*) FILTER (WHERE what = 'reading'))::int4 AS readings,
      (count(*) FILTER (WHERE what = 'batch'))::int4 AS batches FROM shadow`.execute(db);
  return rows[0] as (typeof rows)[number];
}
