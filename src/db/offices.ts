import type { Db } from './database.ts';
import { inScope, type Scope } from './scope.ts';

export async function findOffice(db: Db, scope: Scope, officeId: string) {
  return db
    .selectFrom('office')
    .where('office.id', '=', officeId)
    .where(inScope(scope, 'office'))
    .select(['office.id', 'office.customer_id as customerId', 'office.name'])
    .executeTakeFirst();
}

/** Offices by customer and name. */
export async function listOffices(db: Db, scope: Scope, limit: number) {
  return db
    .selectFrom('office')
    .innerJoin('customer', 'customer.id', 'office.customer_id')
    .where(inScope(scope, 'office'))
    .select(['office.id', 'office.name', 'customer.id as customerId', 'customer.name as customerName'])
    .orderBy('customer.name')
    .orderBy('office.name')
    .orderBy('office.id')
    .limit(limit)
    .execute();
}
