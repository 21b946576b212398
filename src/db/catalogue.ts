import { sql } from 'kysely';
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

/** The id as it is written in the catalogue, or undefined if no model has it. */
export async function findModelId(db: Db, id: string): Promise<string | undefined> {
  const row = await db.selectFrom('device_model').where('id', '=', id).select('id').executeTakeFirst();
  return row?.id;
}

/** The models that these identifiers mean; one written in other case where none is written the same. */
export async function findModels(db: Db, identifiers: readonly string[]): Promise<Map<string, string>> {
  const { rows } = await sql<{ given: string; modelId: string }>`
    SELECT DISTINCT ON (given) given, device_model_id AS "modelId"
    FROM unnest(${identifiers}::text[]) AS given JOIN model_identifier ON lower(identifier) = lower(given)
    ORDER BY given, identifier <> given, identifier`.execute(db);
  return new Map(rows.map(({ given, modelId }) => [given, modelId]));
}
