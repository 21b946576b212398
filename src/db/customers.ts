import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { Scope } from './scope.ts';

/** All customers by id, from behind `after`. */
export async function listCustomers(db: Db, { after, limit }: { after: string | undefined; limit: number }) {
  return selectCustomers(db)
    .$if(after !== undefined, (query) => query.where('id', '>', after as string))
    .orderBy('id')
    .limit(limit)
    .execute();
}

export async function findCustomer(db: Db, customerId: string) {
  return selectCustomers(db).where('id', '=', customerId).executeTakeFirst();
}

function selectCustomers(db: Db) {
  return db.selectFrom('customer').select(['id', 'name', 'created_at as createdAt', 'suspended_at as suspendedAt']);
}

/** Customers that the scope has a part in, by id, from behind `after`. */
export async function listOwnCustomers(
  db: Db,
  scope: Scope,
  { after, limit }: { after: string | undefined; limit: number },
) {
  return selectOwnCustomers(db, scope)
    .$if(after !== undefined, (query) => query.where('id', '>', after as string))
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** As it stands in the list. */
export async function showOwnCustomer(db: Db, scope: Scope, customerId: string) {
  return selectOwnCustomers(db, scope).where('id', '=', customerId).executeTakeFirst();
}

function selectOwnCustomers(db: Db, { customerIds, officeIds }: Scope) {
  return db
    .selectFrom('customer')
    .where(
      sql<boolean>`(id = ANY(${customerIds}::uuid[])
        OR id IN (SELECT customer_id FROM office WHERE office.id = ANY(${officeIds}::uuid[])))`,
    )
    .select(['id', 'name', 'vat_id as vatId', 'contract_level as contractLevel', 'created_at as createdAt']);
}

/** Changes what is given. */
export async function updateCustomer(
  db: Db,
  id: string,
  { name, vatId }: { name?: string; vatId?: string | null },
): Promise<void> {
  await db.updateTable('customer').set({ name, vat_id: vatId }).where('id', '=', id).execute();
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
