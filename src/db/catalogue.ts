import type { Db } from './database.ts';

/** The model that an identifier means, or undefined. */
export async function findModel(db: Db, identifier: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('model_identifier')
    .where('identifier', '=', identifier)
    .select('device_model_id')
    .executeTakeFirst();
  return row?.device_model_id;
}
