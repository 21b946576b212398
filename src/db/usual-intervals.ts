import { sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Database } from './database.ts';
import { lockSensors } from './sensors.ts';

/** What changes by less is no news: a sensor that keeps its pace is written once. */
const NEWS = 0.1;

/**
 * In seconds, by the rollups of the last two days that have any: within those days, or from one to the other where each has a
 * single reading. Null of what was measured once.
 */
const USUAL_INTERVAL = sql`(
  SELECT CASE WHEN sum(count) > count(*) THEN sum(extract(epoch FROM last_at - first_at)) / (sum(count) - count(*))
    WHEN count(*) > 1 THEN extract(epoch FROM max(last_at) - min(first_at)) END::float8
  FROM (
    SELECT first_at, last_at, count FROM rollup_day WHERE sensor_id = sensor.id ORDER BY bucket DESC LIMIT 2
  ) AS day)`;

/** Notes how far apart readings of these sensors usually are, where that has changed. After their rollups were made. */
export async function noteUsualIntervals(db: Database, sensorIds: readonly number[]): Promise<void> {
  const { rows: news } = await sql<{ id: number; interval: number }>`
    SELECT id, interval FROM (
      SELECT id, usual_interval_s AS known, ${USUAL_INTERVAL} AS interval FROM sensor
      WHERE id = ANY (${numericArray([...new Set(sensorIds)])}::int4[])
    ) AS told
    WHERE interval IS NOT NULL AND (known IS NULL OR abs(interval - known) > known * ${NEWS}::float8)`.execute(db);
  if (news.length === 0) return;
  const ids = news.map(({ id }) => id);
  await db.transaction().execute(async (tx) => {
    await lockSensors(tx, ids);
    await sql`
      UPDATE sensor SET usual_interval_s = news.interval
      FROM unnest(${numericArray(ids)}::int4[], ${numericArray(news.map(({ interval }) => interval))}::float8[])
        AS news (id, interval)
      WHERE sensor.id = news.id`.execute(tx);
  });
}
