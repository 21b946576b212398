import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { byId, byText, byTime, contains, type Filter, fetchPage, matches, type PageRequest } from './keyset.ts';
import { EVERYTHING, type Scope } from './scope.ts';

export const CUSTOMER_ORDER = {
  fields: { id: byId('customer.id'), name: byText('customer.name'), createdAt: byTime('customer.created_at') },
  unique: byId('customer.id'),
};

export interface CustomerFilter {
  readonly contractLevel?: Filter;
  readonly vatId?: Filter;
  readonly suspended?: boolean | undefined;
  /** Stands in the name. */
  readonly q?: string | undefined;
}

/** Customers that the scope has a part in. */
export async function listCustomers(
  db: Db,
  scope: Scope,
  { contractLevel, vatId, suspended, q }: CustomerFilter,
  page: PageRequest<keyof typeof CUSTOMER_ORDER.fields>,
) {
  const query = selectCustomers(db, scope)
    .where(matches(['customer.contract_level', contractLevel], ['customer.vat_id', vatId]))
    .where(contains(q, 'customer.name'))
    .$if(suspended !== undefined, (all) => all.where('suspended_at', suspended ? 'is not' : 'is', null));
  return fetchPage(query, CUSTOMER_ORDER, page);
}

/** As it stands in the list. */
export async function showCustomer(db: Db, scope: Scope, customerId: string) {
  return selectCustomers(db, scope).where('customer.id', '=', customerId).executeTakeFirst();
}

function selectCustomers(db: Db, scope: Scope) {
  return db
    .selectFrom('customer')
    .where(hasPartIn(scope))
    .select(['customer.id', 'customer.name', 'customer.vat_id as vatId', 'customer.contract_level as contractLevel'])
    .select(['customer.created_at as createdAt', 'customer.suspended_at as suspendedAt']);
}

function hasPartIn(scope: Scope): RawBuilder<boolean> {
  if (scope === EVERYTHING) return sql<boolean>`TRUE`;
  const { customerIds, officeIds } = scope;
  return sql<boolean>`(customer.id = ANY(${customerIds}::uuid[])
    OR customer.id IN (SELECT customer_id FROM office WHERE office.id = ANY(${officeIds}::uuid[])))`;
}

/** What people say of a customer. */
export interface CustomerDetails {
  name: string;
  vatId?: string | null;
  contractLevel?: string | null;
}

export async function insertCustomer(db: Db, id: string, given: CustomerDetails): Promise<void> {
  const { name, vatId = null, contractLevel = null } = given;
  await db.insertInto('customer').values({ id, name, vat_id: vatId, contract_level: contractLevel }).execute();
}

/** Changes what is given. */
export async function updateCustomer(
  db: Db,
  id: string,
  { name, vatId, contractLevel }: Partial<CustomerDetails>,
): Promise<void> {
  const changes = { name, vat_id: vatId, contract_level: contractLevel };
  await db.updateTable('customer').set(changes).where('id', '=', id).execute();
}

/** What keeps a customer: gateways that were deleted too, since what they sent is kept; and what goes along. */
export async function countCustomerContents(db: Db, id: string) {
  const { rows } = await sql<Record<'gateways' | 'devices' | 'offices' | 'members' | 'keys' | 'tokens', number>>`
    SELECT
      (SELECT count(*)::int4 FROM gateway WHERE customer_id = ${id}) AS gateways,
      (SELECT count(*)::int4 FROM device WHERE customer_id = ${id}) AS devices,
      (SELECT count(*)::int4 FROM office WHERE customer_id = ${id}) AS offices,
      (SELECT count(*)::int4 FROM membership WHERE customer_id = ${id}) AS members,
      (SELECT count(*)::int4 FROM enrolment_key WHERE customer_id = ${id} AND revoked_at IS NULL) AS keys,
      (SELECT count(*)::int4 FROM api_token WHERE customer_id = ${id} AND revoked_at IS NULL) AS tokens`.execute(db);
  const { gateways, devices, offices, members, keys, tokens } = rows[0] as (typeof rows)[number];
  return { keeps: { gateways, devices }, goes: { offices, members, enrolmentKeys: keys, apiTokens: tokens } };
}

/** With its offices; memberships, keys and tokens go by themselves. */
export async function deleteCustomer(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('office').where('customer_id', '=', id).execute();
  await tx.deleteFrom('customer').where('id', '=', id).execute();
}

/** By the database's clock, since every broker looks for what was suspended since it looked last. False when it was already. */
export async function suspendCustomer(db: Db, customerId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('customer')
    .set({ suspended_at: sql<Date>`now()` })
    .where('id', '=', customerId)
    .where('suspended_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** False when it was not suspended. */
export async function resumeCustomer(db: Db, customerId: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('customer')
    .set({ suspended_at: null })
    .where('id', '=', customerId)
    .where('suspended_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
