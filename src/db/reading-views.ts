import { sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';
import type { ValueType } from './sensors.ts';

/** The sensor of this label, once it has had a value. The device must have been found within the caller's scope. */
export async function findSensor(db: Db, device: { id: string }, label: string) {
  return db
    .selectFrom('sensor')
    .where('device_id', '=', device.id)
    .where('label', '=', label)
    .where('value_type', 'is not', null)
    .select(['id', 'label', 'unit', 'value_type as valueType'])
    .$narrowType<{ valueType: ValueType }>()
    .executeTakeFirst();
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
  const rows = await db
    .selectFrom(sensor.valueType === 'string' ? 'reading_text' : 'reading')
    .where('sensor_id', '=', sensor.id)
    .where('recorded_at', '>=', from)
    .where('recorded_at', '<', to)
    .select(['recorded_at', 'received_after', 'value'])
    .orderBy('recorded_at', order)
    .limit(limit)
    .execute();
  return rows.map(({ recorded_at, received_after, value }) => ({
    recordedAt: recorded_at,
    value: toValue(sensor.valueType, value),
    receivedAt: new Date(recorded_at.getTime() + received_after * 1000),
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
