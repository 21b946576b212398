import { type RawBuilder, sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Database, Db } from './database.ts';
import { DAY, DENSE_DAY, DENSE_HOUR, floorTo, HOUR, lockRollups, type SensorHour } from './rollups.ts';
import { foldStates, foldSummaries, readingAsSummary, rollupAsSummary } from './summaries.ts';

/**
 * Makes the rollups of these hours, and of their days, anew from the readings, as far as the hours are due still. Takes them off
 * the list first and reads after that: a reading that comes in between has a mark of its own. Partitions must be there.
 */
export async function recomputeRollups(db: Database, hours: readonly SensorHour[]): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockRollups(tx);
    await sql`SET LOCAL jit = off`.execute(tx); // to compile the plan takes longer than to run it
    const due = await takeDue(tx, hours);
    if (due.length === 0) return;
    const spans = await spansOf(tx, due);
    await deleteRollups(tx, spans);
    await insertRollups(tx, spans);
  });
}

async function takeDue(tx: Db, hours: readonly SensorHour[]): Promise<SensorHour[]> {
  const { rows } = await sql<SensorHour & { open: boolean }>`
    DELETE FROM rollup_due AS due
    USING rollup_floor AS floor, unnest(
      ${numericArray(hours.map(({ sensorId }) => sensorId))}::int4[],
      ${numericArray(hours.map(({ hour }) => hour))}::float8[]
    ) AS given (sensor_id, ms)
    WHERE due.sensor_id = given.sensor_id AND due.hour = to_timestamp(ms / 1000)
    RETURNING given.sensor_id AS "sensorId", ms AS hour,
      due.hour >= greatest(floor.readings_from, floor.rollups_from) AS open`.execute(tx);
  return rows.filter(({ open }) => open);
}

/** What is read anew of a day: its hours that are due, or all of them where its rollups do not stand for the others. */
interface Span {
  readonly sensorId: number;
  readonly day: number;
  readonly from: number;
  readonly to: number;
}

async function spansOf(tx: Db, due: readonly SensorHour[]): Promise<Span[]> {
  const { rows: dense } = await sql<{ sensorId: number; day: number }>`
    SELECT DISTINCT day.sensor_id AS "sensorId", ms AS day
    FROM unnest(
      ${numericArray(due.map(({ sensorId }) => sensorId))}::int4[],
      ${numericArray(due.map(({ hour }) => floorTo(hour, DAY)))}::float8[]
    ) AS given (sensor_id, ms)
    JOIN rollup_day AS day ON day.sensor_id = given.sensor_id AND day.bucket = to_timestamp(ms / 1000)
    WHERE day.count >= ${DENSE_DAY}`.execute(tx);
  const isDense = new Set(dense.map(({ sensorId, day }) => `${sensorId} ${day}`));
  const spans = new Map<string, Span>();
  for (const { sensorId, hour } of due) {
    const day = floorTo(hour, DAY);
    const [from, to] = isDense.has(`${sensorId} ${day}`) ? [hour, hour + HOUR] : [day, day + DAY];
    spans.set(`${sensorId} ${from}`, { sensorId, day, from, to });
  }
  return [...spans.values()];
}

/** The spans as rows. */
function spanRows(spans: readonly Span[]): RawBuilder<unknown> {
  const numbers = (of: (span: Span) => number) => numericArray(spans.map(of));
  return sql`(
    SELECT sensor_id, to_timestamp(day_ms / 1000) AS day, to_timestamp(from_ms / 1000) AS starts,
      to_timestamp(to_ms / 1000) AS ends
    FROM unnest(
      ${numbers(({ sensorId }) => sensorId)}::int4[], ${numbers(({ day }) => day)}::float8[],
      ${numbers(({ from }) => from)}::float8[], ${numbers(({ to }) => to)}::float8[]
    ) AS unnested (sensor_id, day_ms, from_ms, to_ms)
  ) AS span`;
}

/** That a time lies within the days of all spans, for the planner, which prunes partitions by it. */
function withinDays(column: string, spans: readonly Span[]): RawBuilder<boolean> {
  const days = spans.map(({ day }) => day);
  return sql<boolean>`
    ${sql.ref(column)} >= ${new Date(Math.min(...days))} AND ${sql.ref(column)} < ${new Date(Math.max(...days) + DAY)}`;
}

async function deleteRollups(tx: Db, spans: readonly Span[]): Promise<void> {
  for (const table of ['rollup_minute', 'rollup_hour'] as const) {
    await sql`
      DELETE FROM ${sql.table(table)} AS rollup USING ${spanRows(spans)}
      WHERE rollup.sensor_id = span.sensor_id AND bucket >= starts AND bucket < ends
        AND ${withinDays('bucket', spans)}`.execute(tx);
  }
  await sql`
    DELETE FROM rollup_day AS rollup USING ${spanRows(spans)}
    WHERE rollup.sensor_id = span.sensor_id AND bucket = day`.execute(tx);
}

const COLUMNS = sql`sensor_id, bucket, first_at, last_at, min, max, sum, first, last, increase, count, held`;

/** One summary per sensor and bucket. What its values were held is kept of states alone, and only where they changed. */
function fold(summaries: RawBuilder<unknown>, states: readonly number[]): RawBuilder<unknown> {
  const by = sql`sensor_id, bucket`;
  const folded = foldSummaries(summaries, { by, counting: true });
  if (states.length === 0) return sql`SELECT *, NULL::jsonb AS held FROM (${folded}) AS folded`;
  const ofStates = sql`SELECT * FROM (${summaries}) AS summary WHERE sensor_id = ANY (${numericArray(states)}::int4[])`;
  return sql`
    SELECT folded.*, CASE WHEN min <> max THEN held END AS held
    FROM (${folded}) AS folded LEFT JOIN (${foldStates(ofStates, by)}) AS states USING (sensor_id, bucket)`;
}

/** Booleans are states, whatever was declared. */
async function findStates(tx: Db, spans: readonly Span[]): Promise<number[]> {
  const rows = await tx
    .selectFrom('sensor')
    .where('id', '=', sql<number>`any(${numericArray(spans.map(({ sensorId }) => sensorId))}::int4[])`)
    .where((row) => row.or([row('measure', '=', 'state'), row('value_type', '=', 'boolean')]))
    .select('id')
    .execute();
  return rows.map(({ id }) => id);
}

/** Minutes are made of readings, hours of minutes and days of hours, also where only the days are kept. */
async function insertRollups(tx: Db, spans: readonly Span[]): Promise<void> {
  const readings = sql`
    SELECT span.sensor_id, date_bin('1 minute', recorded_at, 'epoch') AS bucket, ${readingAsSummary}
    FROM ${spanRows(spans)}, LATERAL (
      SELECT recorded_at, value FROM reading
      WHERE sensor_id = span.sensor_id AND recorded_at >= starts AND recorded_at < ends
        AND ${withinDays('recorded_at', spans)}
      OFFSET 0
    ) AS reading`;
  const grouped = (unit: string) =>
    sql`sensor_id, date_bin(${sql.lit(unit)}, bucket, 'epoch') AS bucket, ${rollupAsSummary}`;
  const states = await findStates(tx, spans);
  await sql`
    WITH minute AS MATERIALIZED (${fold(readings, states)}),
    hour AS MATERIALIZED (${fold(sql`SELECT ${grouped('1 hour')} FROM minute`, states)}),
    all_hours AS (
      SELECT ${COLUMNS} FROM hour
      UNION ALL
      SELECT ${COLUMNS} FROM (SELECT DISTINCT sensor_id, day FROM ${spanRows(spans)}) AS touched JOIN rollup_hour USING (sensor_id)
      WHERE bucket >= day AND bucket < day + interval '24 hours' AND ${withinDays('bucket', spans)}
    ),
    day AS MATERIALIZED (${fold(sql`SELECT ${grouped('1 day')} FROM all_hours`, states)}),
    kept_minute AS (
      INSERT INTO rollup_minute (${COLUMNS}) SELECT ${COLUMNS} FROM minute
      WHERE EXISTS (
        SELECT FROM hour WHERE hour.sensor_id = minute.sensor_id
          AND hour.bucket = date_bin('1 hour', minute.bucket, 'epoch') AND hour.count >= ${DENSE_HOUR}
      )
      ORDER BY sensor_id, bucket
    ),
    kept_hour AS (
      INSERT INTO rollup_hour (${COLUMNS}) SELECT ${COLUMNS} FROM hour
      WHERE EXISTS (
        SELECT FROM day WHERE day.sensor_id = hour.sensor_id
          AND day.bucket = date_bin('1 day', hour.bucket, 'epoch') AND day.count >= ${DENSE_DAY}
      )
      ORDER BY sensor_id, bucket
    )
    INSERT INTO rollup_day (${COLUMNS}) SELECT ${COLUMNS} FROM day`.execute(tx);
}
