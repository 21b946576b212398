import { type RawBuilder, sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Database, Db } from './database.ts';

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The begin of the minute, hour or day of UTC that holds a moment. */
export function floorTo(time: number, unit: number): number {
  return Math.floor(time / unit) * unit;
}

/**
 * Rollups of a day are kept always, those of its hours and of the minutes of an hour only where there are four readings to
 * each of them on average. Elsewhere readings are as few, and read instead.
 */
export const DENSE_DAY = 4 * 24;
export const DENSE_HOUR = 4 * 60;

/** Sensors in one row of marks: the most that Postgres keeps within the page. */
const MARKED_AT_ONCE = 400;

/** An hour of a sensor. Epoch milliseconds. */
export interface SensorHour {
  readonly sensorId: number;
  readonly hour: number;
}

/**
 * The statement that notes which hours of which sensors got readings. In the transaction that stores them: whoever sees them sees the mark too,
 * or rollups that were made later.
 */
export function appendMarks(touched: ReadonlyMap<number, ReadonlySet<number>>): RawBuilder<unknown> {
  const marks = [...touched].flatMap(([hour, sensors]) => slices([...sensors]).map((ids) => ({ hour, ids })));
  return sql`
    INSERT INTO rollup_mark SELECT to_timestamp(ms / 1000), ids::int4[]
    FROM unnest(
      ${numericArray(marks.map(({ hour }) => hour))}::float8[], ${marks.map(({ ids }) => numericArray(ids))}::text[]
    ) AS mark (ms, ids)`;
}

function slices(ids: readonly number[]): number[][] {
  const found = [];
  for (let from = 0; from < ids.length; from += MARKED_AT_ONCE) found.push(ids.slice(from, from + MARKED_AT_ONCE));
  return found;
}

/** Gathers marks, so many rows at most, into the hours that are due. False when there may be more. */
export async function gatherMarks(db: Database, atOnce: number): Promise<boolean> {
  return db.transaction().execute(async (tx) => {
    await lockRollups(tx);
    const { rows } = await sql<{ count: number }>`
      WITH taken AS (
        DELETE FROM rollup_mark WHERE ctid = ANY (ARRAY(SELECT ctid FROM rollup_mark LIMIT ${atOnce}))
        RETURNING hour, sensor_ids
      ), due AS (
        INSERT INTO rollup_due SELECT DISTINCT sensor_id, hour FROM taken, unnest(sensor_ids) AS sensor_id
        ON CONFLICT DO NOTHING
      )
      SELECT count(*)::int4 AS count FROM taken`.execute(tx);
    return (rows[0]?.count ?? 0) < atOnce;
  });
}

/** Hours before this one whose rollups do not tell all of their readings. */
export async function listDue(db: Db, before: number, limit: number): Promise<SensorHour[]> {
  const rows = await db
    .selectFrom('rollup_due')
    .where('hour', '<', new Date(before))
    .select(['sensor_id', 'hour'])
    .orderBy('sensor_id')
    .orderBy('hour')
    .limit(limit)
    .execute();
  return rows.map(({ sensor_id, hour }) => ({ sensorId: sensor_id, hour: hour.getTime() }));
}

/** One transaction at a time changes rollups, since the days of a sensor are made of hours that others may be changing. */
export async function lockRollups(tx: Db): Promise<void> {
  await sql`SELECT pg_advisory_xact_lock(hashtextextended('stepcloud.rollups', 0))`.execute(tx);
}

export type RollupFloor = 'readings_from' | 'rollups_from';

/**
 * Notes that readings, or rollups, before this time are about to be dropped. It never goes back. From then on rollups of readings
 * that are gone stay as they are, and what is older than the rollups is read from readings. Waits for those that are being made.
 */
export async function raiseRollupFloor(db: Database, floor: RollupFloor, to: Date): Promise<void> {
  await db.transaction().execute(async (tx) => {
    await lockRollups(tx);
    await sql`
      UPDATE rollup_floor SET ${sql.ref(floor)} = ${to} WHERE ${sql.ref(floor)} < ${to}`.execute(tx);
  });
}

/** Whether rollups of readings before this time are still to be made. */
export async function hasDueBefore(db: Db, time: Date): Promise<boolean> {
  const { rows } = await sql<{ due: boolean }>`
    SELECT EXISTS (SELECT FROM rollup_due WHERE hour < ${time})
      OR EXISTS (SELECT FROM rollup_mark WHERE hour < ${time}) AS due`.execute(db);
  return rows[0]?.due ?? false;
}
