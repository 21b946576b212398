import { sql } from 'kysely';
import type { Db } from './database.ts';

// The catalogue is kept by admins. What a device is of is never deleted: `keeps` counts such devices.

export async function insertSupplier(db: Db, id: string, { name }: { name: string }): Promise<void> {
  await db.insertInto('supplier').values({ id, name }).execute();
}

export async function updateSupplier(db: Db, id: string, { name }: { name?: string }): Promise<void> {
  await db.updateTable('supplier').set({ name }).where('id', '=', id).execute();
}

/** Holds the models too, so that no device becomes one of them until the transaction ends. */
export async function countSupplierContents(tx: Db, id: string) {
  const models = await tx
    .selectFrom('device_model')
    .where('supplier_id', '=', id)
    .select('id')
    .orderBy('id')
    .forUpdate()
    .execute();
  const { devices, ...goes } = await countOfModels(
    tx,
    models.map((model) => model.id),
  );
  return { keeps: { devices }, goes: { models: models.length, ...goes } };
}

/** With its models. */
export async function deleteSupplier(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('device_model').where('supplier_id', '=', id).execute();
  await tx.deleteFrom('supplier').where('id', '=', id).execute();
}

interface Model {
  supplierId: string;
  name: string;
}

export async function insertModel(db: Db, id: string, { supplierId, name }: Model): Promise<void> {
  await db.insertInto('device_model').values({ id, supplier_id: supplierId, name }).execute();
}

export async function updateModel(db: Db, id: string, { supplierId, name }: Partial<Model>): Promise<void> {
  await db.updateTable('device_model').set({ supplier_id: supplierId, name }).where('id', '=', id).execute();
}

export async function countModelContents(db: Db, id: string) {
  const { devices, ...goes } = await countOfModels(db, [id]);
  return { keeps: { devices }, goes };
}

export async function deleteModel(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('device_model').where('id', '=', id).execute();
}

interface Identifier {
  modelId: string;
  identifier: string;
}

export async function insertIdentifier(db: Db, id: string, { modelId, identifier }: Identifier): Promise<void> {
  await db.insertInto('model_identifier').values({ id, device_model_id: modelId, identifier }).execute();
}

export async function updateIdentifier(
  db: Db,
  id: string,
  { modelId, identifier }: Partial<Identifier>,
): Promise<void> {
  const changes = { device_model_id: modelId, identifier };
  await db.updateTable('model_identifier').set(changes).where('id', '=', id).execute();
}

export async function deleteIdentifier(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('model_identifier').where('id', '=', id).execute();
}

async function countOfModels(db: Db, modelIds: readonly string[]) {
  const of = sql`device_model_id = ANY (${modelIds}::uuid[])`;
  const { rows } = await sql<{ devices: number; identifiers: number; pictures: number }>`
    SELECT
      (SELECT count(*)::int4 FROM device WHERE ${of}) AS devices,
      (SELECT count(*)::int4 FROM model_identifier WHERE ${of}) AS identifiers,
      (SELECT count(*)::int4 FROM device_model_image WHERE ${of}) AS pictures
  `.execute(db);
  return rows[0] as (typeof rows)[number];
}
