import { sql } from 'kysely';
import { findModels } from './catalogue.ts';
import type { Db } from './database.ts';

export interface SupplierFilter {
  /** Stands in the name, in upper or lower case. */
  readonly text: string | undefined;
  /** Only those behind this name. */
  readonly after: string | undefined;
  readonly limit: number;
}

/** Suppliers by name, each of which there is once. The catalogue is nobody's: whoever is signed in sees all of it. */
export async function listSuppliers(db: Db, { text, after, limit }: SupplierFilter) {
  return db
    .selectFrom('supplier')
    .$if(text !== undefined, (query) => query.where(sql<boolean>`strpos(lower(name), lower(${text})) > 0`))
    .$if(after !== undefined, (query) => query.where('name', '>', after as string))
    .select(['id', 'name'])
    .orderBy('name')
    .limit(limit)
    .execute();
}

export interface ModelPosition {
  readonly supplier: string;
  readonly model: string;
}

export interface ModelFilter {
  readonly supplierId: string | undefined;
  /** Only the model that a registration by this name would find. */
  readonly identifier: string | undefined;
  /** Stands in the name of the model or its supplier or in an identifier, in upper or lower case. */
  readonly text: string | undefined;
  readonly after: ModelPosition | undefined;
  readonly limit: number;
}

/** Models by supplier and name; a supplier has one of a name. */
export async function listModels(db: Db, { supplierId, identifier, text, after, limit }: ModelFilter) {
  const found = identifier === undefined ? undefined : [...(await findModels(db, [identifier])).values()];
  return selectModels(db)
    .$if(supplierId !== undefined, (query) => query.where('supplier.id', '=', supplierId as string))
    .$if(found !== undefined, (query) => query.where('device_model.id', '=', sql<string>`any(${found}::uuid[])`))
    .$if(text !== undefined, (query) =>
      query.where(sql<boolean>`EXISTS (
        SELECT FROM unnest(${IDENTIFIERS} || device_model.name || supplier.name) AS known
        WHERE strpos(lower(known), lower(${text})) > 0)`),
    )
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(supplier.name, device_model.name) > (${after?.supplier}, ${after?.model})`),
    )
    .orderBy('supplier.name')
    .orderBy('device_model.name')
    .limit(limit)
    .execute();
}

export async function showModel(db: Db, modelId: string) {
  return selectModels(db).where('device_model.id', '=', modelId).executeTakeFirst();
}

const IDENTIFIERS = sql<string[]>`
  ARRAY(SELECT identifier FROM model_identifier WHERE device_model_id = device_model.id ORDER BY identifier)`;

function selectModels(db: Db) {
  return db
    .selectFrom('device_model')
    .innerJoin('supplier', 'supplier.id', 'device_model.supplier_id')
    .select(['device_model.id', 'device_model.name', 'supplier.id as supplierId', 'supplier.name as supplier'])
    .select(IDENTIFIERS.as('identifiers'));
}
