import { type Kysely, sql } from 'kysely';

/** How far apart the readings of a sensor usually are, by which its latest value is fresh or stale. */
export async function up(db: Kysely<unknown>): Promise<void> {
  // Noted when rollups are made, once an hour at most: to work it out whenever somebody asks for the latest values of a
  // thousand sensors would take as long as to read them. Null until rollups tell.
  await sql`ALTER TABLE sensor ADD COLUMN usual_interval_s float4`.execute(db);
  await sql`
    UPDATE sensor SET usual_interval_s = (
      SELECT CASE WHEN sum(count) > count(*) THEN sum(extract(epoch FROM last_at - first_at)) / (sum(count) - count(*))
        WHEN count(*) > 1 THEN extract(epoch FROM max(last_at) - min(first_at)) END
      FROM (SELECT first_at, last_at, count FROM rollup_day WHERE sensor_id = sensor.id ORDER BY bucket DESC LIMIT 2) AS day
    )`.execute(db);
}

export async function down(db: Kysely<unknown>): Promise<void> {
  await sql`ALTER TABLE sensor DROP COLUMN usual_interval_s`.execute(db);
}
