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
