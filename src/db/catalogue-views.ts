import { sql } from 'kysely';
import { findModels } from './catalogue.ts';
import type { Db } from './database.ts';
import { byId, byText, contains, type Filter, fetchPage, matches, type PageRequest } from './keyset.ts';

export const SUPPLIER_ORDER = {
  fields: { id: byId('supplier.id'), name: byText('supplier.name') },
  unique: byId('supplier.id'),
};

/** `q` stands in the name. The catalogue is nobody's: whoever is signed in sees all of it. */
export async function listSuppliers(
  db: Db,
  { q }: { q?: string | undefined },
  page: PageRequest<keyof typeof SUPPLIER_ORDER.fields>,
) {
  const query = db.selectFrom('supplier').where(contains(q, 'supplier.name')).select(['id', 'name']);
  return fetchPage(query, SUPPLIER_ORDER, page);
}

export const MODEL_ORDER = {
  fields: {
    /** And those of one supplier by name. */
    supplier: byText(sql`supplier.name || E'\\x01' || device_model.name`),
    name: byText('device_model.name'),
    id: byId('device_model.id'),
  },
  unique: byId('device_model.id'),
};

export interface ModelFilter {
  readonly supplierId?: Filter;
  /** Only the model that a registration by this name would find. */
  readonly identifier?: string | undefined;
  /** Stands in the name of the model or its supplier or in an identifier. */
  readonly q?: string | undefined;
}

export async function listModels(
  db: Db,
  { supplierId, identifier, q }: ModelFilter,
  page: PageRequest<keyof typeof MODEL_ORDER.fields>,
) {
  const found = identifier === undefined ? undefined : [...(await findModels(db, [identifier])).values()];
  const query = selectModels(db)
    .where(matches(['supplier.id', supplierId]))
    .$if(found !== undefined, (all) => all.where('device_model.id', '=', sql<string>`any(${found}::uuid[])`))
    .where(contains(q, 'device_model.name', 'supplier.name', sql`array_to_string(${IDENTIFIERS}, E'\\x01')`));
  return fetchPage(query, MODEL_ORDER, page);
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
