import type { Db } from './database.ts';

/** What a member may do, each more than the one before: read; approve devices and mend dead letters; manage the rest. */
export const ROLES = ['viewer', 'operator', 'manager'] as const;
export type Role = (typeof ROLES)[number];

/** Where a user may look, by name of the customer. Those of a suspended customer rest, as its gateways do. */
export async function findMemberships(db: Db, userId: string) {
  return db
    .selectFrom('membership')
    .innerJoin('customer', 'customer.id', 'membership.customer_id')
    .where('membership.user_id', '=', userId)
    .where('customer.suspended_at', 'is', null)
    .select([
      'membership.customer_id as customerId',
      'customer.name as customerName',
      'membership.office_id as officeId',
      'membership.role',
    ])
    .orderBy('customer.name')
    .orderBy('membership.id')
    .execute();
}

export type Membership = Awaited<ReturnType<typeof findMemberships>>[number];
