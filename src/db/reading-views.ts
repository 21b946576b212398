import type { Db } from './database.ts';
import type { ValueType } from './sensors.ts';

/** The newest value of each sensor of a device, by label. The device must have been found within the caller's scope. */
export async function latestReadings(db: Db, device: { id: string }) {
  const rows = await db
    .selectFrom('sensor')
    .innerJoin('sensor_latest as latest', 'latest.sensor_id', 'sensor.id')
    .where('sensor.device_id', '=', device.id)
    .select([
      'sensor.label',
      'sensor.unit',
      'sensor.value_type as valueType',
      'sensor.measure',
      'sensor.visualization',
      'latest.value as number',
      'latest.text',
      'latest.recorded_at as recordedAt',
      'latest.received_at as receivedAt',
    ])
    .orderBy('sensor.label')
    .execute();
  return rows.map(({ number, text, ...latest }) => ({ ...latest, value: toValue(latest.valueType, text ?? number) }));
}

/** The sensor of this label. The device must have been found within the caller's scope. */
export async function findSensor(db: Db, device: { id: string }, label: string) {
  return db
    .selectFrom('sensor')
    .where('device_id', '=', device.id)
    .where('label', '=', label)
    .select(['id', 'label', 'unit', 'value_type as valueType'])
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
function toValue(type: ValueType, stored: number | string | null): number | string | boolean {
  return type === 'boolean' ? stored === 1 : (stored as number | string);
}
