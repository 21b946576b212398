import type { Db } from './database.ts';

/** Sensors of a device, also those without a value, by label; the device must have been found within the caller's scope. */
export async function listSensorsInFull(
  db: Db,
  device: { readonly id: string },
  { after, limit }: { after: string | undefined; limit: number },
) {
  return selectSensors(db, device)
    .$if(after !== undefined, (query) => query.where('label', '>', after as string))
    .orderBy('label')
    .limit(limit)
    .execute();
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
