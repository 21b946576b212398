import { v7 as uuid } from 'uuid';
import type { Db } from './database.ts';

/** Adds a model and its supplier where they are missing; its name identifies it. Returns the model's id. */
export async function ensureModel(db: Db, supplier: string, name: string): Promise<string> {
  await db
    .insertInto('supplier')
    .values({ id: uuid(), name: supplier })
    .onConflict((c) => c.doNothing())
    .execute();
  const { id: supplierId } = await db
    .selectFrom('supplier')
    .where('name', '=', supplier)
    .select('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('device_model')
    .values({ id: uuid(), supplier_id: supplierId, name })
    .onConflict((c) => c.doNothing())
    .execute();
  const { id } = await db
    .selectFrom('device_model')
    .where('supplier_id', '=', supplierId)
    .where('name', '=', name)
    .select('id')
    .executeTakeFirstOrThrow();
  await db
    .insertInto('model_identifier')
    .values({ identifier: name, device_model_id: id })
    .onConflict((c) => c.doNothing())
    .execute();
  return id;
}

/** The model that an identifier means, or undefined. */
export async function findModel(db: Db, identifier: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('model_identifier')
    .where('identifier', '=', identifier)
    .select('device_model_id')
    .executeTakeFirst();
  return row?.device_model_id;
}
