import { type RawBuilder, sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';

/** One value as it is stored. Times are epoch milliseconds. */
export interface StoredReading<V = number> {
  readonly sensorId: number;
  readonly recordedAt: number;
  readonly receivedAt: number;
  readonly value: V;
}

/** Indexes of the rows that were there before, with the value that stays. */
export type AlreadyStored<V> = Map<number, V>;

/**
 * Stores what is new and tells the rest apart. Safe to repeat: (sensor_id, recorded_at) is the key and the first value
 * stays. Rows must be sorted by sensor and time, so that two workers wait for each other in one direction only, and no
 * key may stand twice.
 */
export function insertReadings(tx: Db, rows: readonly StoredReading[]): Promise<AlreadyStored<number>> {
  return insert(tx, 'reading', rows, sql`${numericArray(rows.map((row) => row.value))}::float8[]`);
}

/** The same for values that are texts. */
export function insertTextReadings(tx: Db, rows: readonly StoredReading<string>[]): Promise<AlreadyStored<string>> {
  return insert(tx, 'reading_text', rows, sql`${rows.map((row) => row.value)}::text[]`);
}

async function insert<V>(
  tx: Db,
  table: 'reading' | 'reading_text',
  rows: readonly StoredReading<V>[],
  values: RawBuilder<unknown>,
): Promise<AlreadyStored<V>> {
  if (rows.length === 0) return new Map();
  const { rows: left } = await sql<{ index: number }>`
    WITH input AS (
      SELECT sensor_id, to_timestamp(ms / 1000) AS recorded_at, value, received_after, index
      FROM unnest(
        ${numericArray(rows.map((row) => row.sensorId))}::int4[],
        ${numericArray(rows.map((row) => row.recordedAt))}::float8[],
        ${values},
        ${numericArray(rows.map(receivedAfter))}::int4[]
      ) WITH ORDINALITY AS unnested (sensor_id, ms, value, received_after, index)
    ), stored AS (
      INSERT INTO ${sql.table(table)} (sensor_id, recorded_at, value, received_after)
      SELECT sensor_id, recorded_at, value, received_after FROM input
      ON CONFLICT DO NOTHING
      RETURNING sensor_id, recorded_at
    )
    SELECT index::int4 - 1 AS index FROM input
    WHERE NOT EXISTS (
      SELECT FROM stored WHERE (stored.sensor_id, stored.recorded_at) = (input.sensor_id, input.recorded_at)
    )`.execute(tx);
  return presentValues<V>(tx, table, rows, left);
}

/** A statement does not see what another one committed meanwhile: the values of rows it skipped are read after it. */
async function presentValues<V>(
  tx: Db,
  table: 'reading' | 'reading_text',
  rows: readonly StoredReading<V>[],
  left: readonly { index: number }[],
): Promise<AlreadyStored<V>> {
  if (left.length === 0) return new Map();
  const skipped = left.map(({ index }) => rows[index] as StoredReading<V>);
  const { rows: present } = await sql<{ index: number; value: V }>`
    SELECT unnested.index::int4 - 1 AS index, present.value
    FROM unnest(
      ${numericArray(skipped.map((row) => row.sensorId))}::int4[],
      ${numericArray(skipped.map((row) => row.recordedAt))}::float8[]
    ) WITH ORDINALITY AS unnested (sensor_id, ms, index)
    JOIN ${sql.table(table)} AS present
      ON present.sensor_id = unnested.sensor_id AND present.recorded_at = to_timestamp(unnested.ms / 1000)`.execute(tx);
  return new Map(present.map(({ index, value }) => [(left[index] as { index: number }).index, value]));
}

/** Whole seconds between measurement and receipt, as `reading.received_after` keeps them. */
function receivedAfter({ recordedAt, receivedAt }: StoredReading<unknown>): number {
  return Math.round((receivedAt - recordedAt) / 1000);
}

export interface LatestValue {
  readonly sensorId: number;
  readonly recordedAt: number;
  readonly receivedAt: number;
  readonly value: number | null;
  readonly text: string | null;
}

/** The statement that moves the latest values forward, never back: late data leaves them. At most one row per sensor, sorted by sensor. */
export function moveLatest(rows: readonly LatestValue[]): RawBuilder<unknown> {
  return sql`
    INSERT INTO sensor_latest AS latest (sensor_id, recorded_at, received_at, value, text)
    SELECT sensor_id, to_timestamp(recorded / 1000), to_timestamp(received / 1000), value, text
    FROM unnest(
      ${numericArray(rows.map((row) => row.sensorId))}::int4[],
      ${numericArray(rows.map((row) => row.recordedAt))}::float8[],
      ${numericArray(rows.map((row) => row.receivedAt))}::float8[],
      ${numericArray(rows.map((row) => row.value))}::float8[],
      ${rows.map((row) => row.text)}::text[]
    ) AS unnested (sensor_id, recorded, received, value, text)
    ON CONFLICT (sensor_id) DO UPDATE
    SET recorded_at = excluded.recorded_at, received_at = excluded.received_at, value = excluded.value, text = excluded.text
    WHERE latest.recorded_at < excluded.recorded_at`;
}
