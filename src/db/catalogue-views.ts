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
  return fetchPage(selectSuppliers(db).where(contains(q, 'supplier.name')), SUPPLIER_ORDER, page);
}

export async function showSupplier(db: Db, supplierId: string) {
  return selectSuppliers(db).where('supplier.id', '=', supplierId).executeTakeFirst();
}

function selectSuppliers(db: Db) {
  return db.selectFrom('supplier').select(['supplier.id', 'supplier.name']);
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
    .leftJoin('device_model_image as image', 'image.device_model_id', 'device_model.id')
    .select(['device_model.id', 'device_model.name', 'supplier.id as supplierId', 'supplier.name as supplier'])
    .select([IDENTIFIERS.as('identifiers'), sql<boolean>`image.hash IS NOT NULL`.as('hasImage')]);
}

export type ModelRow = NonNullable<Awaited<ReturnType<typeof showModel>>>;

export const IDENTIFIER_ORDER = {
  fields: { id: byId('model_identifier.id'), identifier: byText('model_identifier.identifier') },
  unique: byId('model_identifier.id'),
};

export interface IdentifierFilter {
  readonly modelId?: Filter;
  readonly identifier?: Filter;
  /** Stands in the identifier. */
  readonly q?: string | undefined;
}

export async function listIdentifiers(
  db: Db,
  { modelId, identifier, q }: IdentifierFilter,
  page: PageRequest<keyof typeof IDENTIFIER_ORDER.fields>,
) {
  const query = selectIdentifiers(db)
    .where(matches(['model_identifier.device_model_id', modelId], ['model_identifier.identifier', identifier]))
    .where(contains(q, 'model_identifier.identifier'));
  return fetchPage(query, IDENTIFIER_ORDER, page);
}

export async function showIdentifier(db: Db, id: string) {
  return selectIdentifiers(db).where('model_identifier.id', '=', id).executeTakeFirst();
}

function selectIdentifiers(db: Db) {
  return db
    .selectFrom('model_identifier')
    .select(['model_identifier.id', 'identifier', 'model_identifier.device_model_id as modelId']);
}
