import type { Db } from './database.ts';
import { inScope, type Scope } from './scope.ts';

/** Offices by id, from behind `after`. */
export async function listOfficesInFull(
  db: Db,
  scope: Scope,
  { customerId, after, limit }: { customerId: string | undefined; after: string | undefined; limit: number },
) {
  return selectOffices(db, scope)
    .$if(customerId !== undefined, (query) => query.where('office.customer_id', '=', customerId as string))
    .$if(after !== undefined, (query) => query.where('office.id', '>', after as string))
    .orderBy('office.id')
    .limit(limit)
    .execute();
}

/** As it stands in the list. */
export async function showOffice(db: Db, scope: Scope, officeId: string) {
  return selectOffices(db, scope).where('office.id', '=', officeId).executeTakeFirst();
}

function selectOffices(db: Db, scope: Scope) {
  return db
    .selectFrom('office')
    .where(inScope(scope, 'office'))
    .select(['id', 'customer_id as customerId', 'name', 'department', 'sub_department as subDepartment', 'street'])
    .select(['additional_address as additionalAddress', 'zip', 'city', 'country', 'time_zone as timeZone'])
    .select('created_at as createdAt');
}
