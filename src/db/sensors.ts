import { sql } from 'kysely';
import type { Db } from './database.ts';

export type ValueType = 'number' | 'boolean' | 'string';

export interface KnownSensor {
  deviceId: string;
  label: string;
  id: number;
  valueType: ValueType;
}

/** Every sensor of these devices. */
export async function findSensors(db: Db, deviceIds: readonly string[]): Promise<KnownSensor[]> {
  return db
    .selectFrom('sensor')
    .where('device_id', '=', sql<string>`any(${deviceIds}::uuid[])`)
    .select(['device_id as deviceId', 'label', 'id', 'value_type as valueType'])
    .execute();
}

/** Makes sensors with the type of their first value; one that another worker made meanwhile stays as it is. */
export async function createSensors(
  db: Db,
  sensors: { deviceId: string; label: string; valueType: ValueType }[],
): Promise<void> {
  const sorted = [...sensors].sort((a, b) => compare(a.deviceId, b.deviceId) || compare(a.label, b.label));
  await db
    .insertInto('sensor')
    .columns(['device_id', 'label', 'value_type'])
    .expression(
      sql`SELECT * FROM unnest(
        ${sorted.map(({ deviceId }) => deviceId)}::uuid[],
        ${sorted.map(({ label }) => label)}::text[],
        ${sorted.map(({ valueType }) => valueType)}::text[])`,
    )
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
