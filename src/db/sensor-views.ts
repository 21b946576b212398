import { sql } from 'kysely';
import type { Db } from './database.ts';
import { byTime, contains, fetchPage, type PageRequest, type SortKey } from './keyset.ts';

/** A device has a label once. */
const LABEL: SortKey = { expression: sql`sensor.label COLLATE "C"`, type: 'text' };

export const SENSOR_ORDER = { fields: { label: LABEL, createdAt: byTime('sensor.created_at') }, unique: LABEL };

/** Sensors of a device, also those without a value; the device must have been found within the caller's scope. */
export async function listSensorsInFull(
  db: Db,
  device: { readonly id: string },
  { q }: { q?: string | undefined },
  page: PageRequest<keyof typeof SENSOR_ORDER.fields>,
) {
  return fetchPage(selectSensors(db, device).where(contains(q, 'sensor.label')), SENSOR_ORDER, page);
}

/** As it stands in the list. */
export async function showSensor(db: Db, device: { readonly id: string }, label: string) {
  return selectSensors(db, device).where('label', '=', label).executeTakeFirst();
}

function selectSensors(db: Db, device: { readonly id: string }) {
  return db
    .selectFrom('sensor')
    .where('device_id', '=', device.id)
    .select(['label', 'unit', 'value_type as valueType', 'measure', 'visualization'])
    .select(['declared_at as declaredAt', 'created_at as createdAt']);
}
