import { sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';
import type { Measure, ValueType, Visualization } from './sensors.ts';

/** A sensor that has had a value. */
export interface ReadSensor {
  readonly id: number;
  readonly label: string;
  readonly unit: string | null;
  readonly valueType: ValueType;
  readonly measure: Measure;
  readonly visualization: Visualization;
}

/** Sensors of a device that have had a value, by label. The device must have been found within the caller's scope. */
export async function listSensors(
  db: Db,
  device: { id: string },
  { labels, limit }: { labels: readonly string[] | undefined; limit: number },
): Promise<ReadSensor[]> {
  return db
    .selectFrom('sensor')
    .where('device_id', '=', device.id)
    .where('value_type', 'is not', null)
    .$if(labels !== undefined, (query) => query.where('label', '=', sql<string>`any(${labels}::text[])`))
    .select(['id', 'label', 'unit', 'value_type as valueType', 'measure', 'visualization'])
    .$narrowType<{ valueType: ValueType }>()
    .orderBy('label')
    .limit(limit)
    .execute();
}

export interface ReadingRange {
  /** Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly order: 'asc' | 'desc';
  readonly limit: number;
}

/** Values of a sensor by time of measurement. Both bounds are parameters, so that other partitions are not touched. */
export async function readReadings(
  db: Db,
  sensor: { id: number; valueType: ValueType },
  { from, to, order, limit }: ReadingRange,
) {
  const rows = await readTable(db, tableOf(sensor), [{ sensor, from, to }], { order, limit });
  return rows.map(({ place, ...reading }) => reading);
}

/** What is read of one sensor. Inclusive, and exclusive. */
export interface SensorSpan<Sensor> {
  readonly sensor: Sensor;
  readonly from: Date;
  readonly to: Date;
}

/** Values of several sensors by time of measurement, and those of one time in the order of the sensors. */
export async function readReadingsOf<Sensor extends { id: number; valueType: ValueType }>(
  db: Db,
  spans: readonly SensorSpan<Sensor>[],
  { order, limit }: { order: 'asc' | 'desc'; limit: number },
) {
  const found = [];
  for (const table of ['reading', 'reading_text'] as const) {
    const places = spans.flatMap((span, place) => (tableOf(span.sensor) === table ? [place] : []));
    const own = places.map((place) => spans[place] as SensorSpan<Sensor>);
    const rows = await readTable(db, table, own, { order, limit });
    found.push(...rows.map((row) => ({ ...row, place: places[row.place] as number })));
  }
  const sign = order === 'asc' ? 1 : -1;
  found.sort((a, b) => sign * (a.recordedAt.getTime() - b.recordedAt.getTime()) || a.place - b.place);
  return found.slice(0, limit).map(({ place, ...reading }) => ({ sensor: spans[place]?.sensor as Sensor, ...reading }));
}

function tableOf({ valueType }: { valueType: ValueType }): 'reading' | 'reading_text' {
  return valueType === 'string' ? 'reading_text' : 'reading';
}

/** Each with the place of its span in the list. The bounds of all spans are parameters: other partitions are not touched. */
async function readTable(
  db: Db,
  table: 'reading' | 'reading_text',
  spans: readonly SensorSpan<{ id: number; valueType: ValueType }>[],
  { order, limit }: { order: 'asc' | 'desc'; limit: number },
) {
  if (spans.length === 0) return [];
  const [from, to] = [spans.map((span) => span.from.getTime()), spans.map((span) => span.to.getTime())];
  const direction = sql.raw(order);
  const { rows } = await sql<{ place: number; recordedAt: Date; receivedAfter: number; value: number | string }>`
    SELECT place::int4 - 1 AS place, recorded_at AS "recordedAt", received_after AS "receivedAfter", value
    FROM unnest(
        ${numericArray(spans.map(({ sensor }) => sensor.id))}::int4[],
        ${numericArray(from)}::float8[], ${numericArray(to)}::float8[]
      ) WITH ORDINALITY AS span (id, from_ms, to_ms, place),
      LATERAL (
        SELECT recorded_at, received_after, value FROM ${sql.table(table)}
        WHERE sensor_id = id AND recorded_at >= to_timestamp(from_ms / 1000) AND recorded_at < to_timestamp(to_ms / 1000)
          AND recorded_at >= ${new Date(Math.min(...from))} AND recorded_at < ${new Date(Math.max(...to))}
        ORDER BY recorded_at ${direction} LIMIT ${limit}
      ) AS own
    ORDER BY recorded_at ${direction}, place LIMIT ${limit}`.execute(db);
  return rows.map(({ place, recordedAt, receivedAfter, value }) => ({
    place,
    recordedAt,
    value: toValue((spans[place] as (typeof spans)[number]).sensor.valueType, value),
    receivedAt: new Date(recordedAt.getTime() + receivedAfter * 1000),
  }));
}

/** Booleans are stored as 0 and 1. */
export function toValue(type: ValueType, stored: number | string | null): number | string | boolean {
  return type === 'boolean' ? stored === 1 : (stored as number | string);
}

/** By index of these readings: the type of its sensor, once that has one, and what is stored for its time, or null. */
export async function findStoredValues(
  db: Db,
  device: { id: string },
  readings: readonly { readonly label: string; readonly recordedAt: number }[],
) {
  const { rows } = await sql<{ index: number; valueType: ValueType; value: number | string | null }>`
    SELECT given.index::int4 - 1 AS index, sensor.value_type AS "valueType",
      coalesce(to_jsonb(number.value), to_jsonb(text.value)) AS value
    FROM unnest(${readings.map(({ label }) => label)}::text[], ${numericArray(readings.map(({ recordedAt }) => recordedAt))}::float8[])
      WITH ORDINALITY AS given (label, ms, index)
    JOIN sensor ON sensor.device_id = ${device.id} AND sensor.label = given.label AND sensor.value_type IS NOT NULL
    LEFT JOIN reading AS number ON number.sensor_id = sensor.id AND number.recorded_at = to_timestamp(given.ms / 1000)
    LEFT JOIN reading_text AS text ON text.sensor_id = sensor.id AND text.recorded_at = to_timestamp(given.ms / 1000)`.execute(
    db,
  );
  return new Map(
    rows.map(({ index, valueType, value }) => [
      index,
      { valueType, value: value === null ? null : toValue(valueType, value) },
    ]),
  );
}
