import { v7 as uuid } from 'uuid';
import type { Db } from './database.ts';
import { byId, byText, contains, type Filter, fetchPage, matches, type PageRequest } from './keyset.ts';
import { inScope, type Scope } from './scope.ts';

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

/** What is left of memberships within one customer, or one office of it, and up to a role. */
export function narrowMemberships(
  memberships: readonly Membership[],
  {
    customerId,
    officeId,
    role,
  }: { readonly customerId: string; readonly officeId: string | null; readonly role: Role },
): Membership[] {
  return memberships
    .filter((own) => own.customerId === customerId)
    .filter((own) => own.officeId === null || officeId === null || own.officeId === officeId)
    .map((own) => ({ ...own, officeId: own.officeId ?? officeId, role: hasRole(own.role, role) ? role : own.role }));
}

/** Whether a role is this one or more. */
export function hasRole(role: Role, least: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

export const MEMBER_ORDER = {
  fields: { id: byId('membership.id'), email: byText('user.email'), lastName: byText('user.last_name') },
  unique: byId('membership.id'),
};

export interface MemberFilter {
  readonly customerId?: Filter;
  readonly officeId?: Filter;
  readonly userId?: Filter;
  readonly role?: Filter;
  /** Stands in the address or a name. */
  readonly q?: string | undefined;
}

/** The memberships of the scope, with whose they are. */
export async function listMembers(
  db: Db,
  scope: Scope,
  { customerId, officeId, userId, role, q }: MemberFilter,
  page: PageRequest<keyof typeof MEMBER_ORDER.fields>,
) {
  const query = selectMembers(db, scope)
    .where(matches(['membership.customer_id', customerId], ['membership.office_id', officeId]))
    .where(matches(['membership.user_id', userId], ['membership.role', role]))
    .where(contains(q, 'user.email', 'user.first_name', 'user.last_name'));
  return fetchPage(query, MEMBER_ORDER, page);
}

export async function findMember(db: Db, scope: Scope, membershipId: string) {
  return selectMembers(db, scope).where('membership.id', '=', membershipId).executeTakeFirst();
}

function selectMembers(db: Db, scope: Scope) {
  return db
    .selectFrom('membership')
    .innerJoin('user', 'user.id', 'membership.user_id')
    .leftJoin('office', 'office.id', 'membership.office_id')
    .where(inScope(scope, 'membership'))
    .select(['membership.id', 'user.id as userId', 'user.email', 'user.active', 'membership.role'])
    .select(['user.first_name as firstName', 'user.last_name as lastName'])
    .select(['membership.customer_id as customerId', 'membership.office_id as officeId', 'office.name as officeName']);
}

export type Member = NonNullable<Awaited<ReturnType<typeof findMember>>>;

/** Returns the new id, or undefined where the user is a member there already. */
export async function insertMembership(
  db: Db,
  { userId, customerId, officeId, role }: { userId: string; customerId: string; officeId: string | null; role: Role },
): Promise<string | undefined> {
  const row = await db
    .insertInto('membership')
    .values({ id: uuid(), user_id: userId, customer_id: customerId, office_id: officeId, role })
    .onConflict((conflict) => conflict.doNothing())
    .returning('id')
    .executeTakeFirst();
  return row?.id;
}

/** False when it is gone. */
export async function updateRole(db: Db, membershipId: string, role: Role): Promise<boolean> {
  const query = db.updateTable('membership').set({ role }).where('id', '=', membershipId);
  return (await query.executeTakeFirstOrThrow()).numUpdatedRows === 1n;
}

/** False when it is gone already. */
export async function deleteMembership(db: Db, membershipId: string): Promise<boolean> {
  const query = db.deleteFrom('membership').where('id', '=', membershipId);
  return (await query.executeTakeFirstOrThrow()).numDeletedRows === 1n;
}

/**
 * Whether somebody who may sign in manages what this membership is for, or all of the customer, but for this membership.
 * Locks what it finds, so that of two managers who go at the same moment the second one is told.
 */
export async function hasOtherManager(
  tx: Db,
  { id, customerId, officeId }: Pick<Member, 'id' | 'customerId' | 'officeId'>,
): Promise<boolean> {
  const managers = await tx
    .selectFrom('membership')
    .innerJoin('user', 'user.id', 'membership.user_id')
    .where('membership.customer_id', '=', customerId)
    .where((row) => row.or([row('office_id', 'is', null), row('office_id', '=', officeId)]))
    .where('membership.role', '=', 'manager')
    .where('user.active', '=', true)
    .select('membership.id')
    .orderBy('membership.id')
    .forUpdate('membership')
    .execute();
  return managers.some((manager) => manager.id !== id);
}
