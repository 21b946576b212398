import type { Db } from './database.ts';
import { byId, byText, byTime, contains, type Filter, fetchPage, matches, type PageRequest } from './keyset.ts';
import { inScope, type Scope } from './scope.ts';

export interface NewEnrolmentKey {
  id: string;
  customerId: string;
  /** Null: any office of the customer. */
  officeId: string | null;
  label: string | null;
  hash: Buffer;
  maxGateways: number;
  createdAt: Date;
  createdBy: string;
  expiresAt: Date;
}

export async function insertEnrolmentKey(db: Db, key: NewEnrolmentKey): Promise<void> {
  await db
    .insertInto('enrolment_key')
    .values({
      id: key.id,
      customer_id: key.customerId,
      office_id: key.officeId,
      label: key.label,
      hash: key.hash,
      max_gateways: key.maxGateways,
      created_at: key.createdAt,
      created_by: key.createdBy,
      expires_at: key.expiresAt,
    })
    .execute();
}

export const ENROLMENT_KEY_ORDER = {
  fields: {
    id: byId('enrolment_key.id'),
    label: byText('enrolment_key.label'),
    createdAt: byTime('enrolment_key.created_at'),
    expiresAt: byTime('enrolment_key.expires_at'),
  },
  unique: byId('enrolment_key.id'),
};

export interface EnrolmentKeyFilter {
  readonly customerId?: Filter;
  readonly officeId?: Filter;
  /** Stands in the label. */
  readonly q?: string | undefined;
}

/** Keys that were not revoked. */
export async function listEnrolmentKeys(
  db: Db,
  scope: Scope,
  { customerId, officeId, q }: EnrolmentKeyFilter,
  page: PageRequest<keyof typeof ENROLMENT_KEY_ORDER.fields>,
) {
  const query = selectKeys(db, scope)
    .where(matches(['enrolment_key.customer_id', customerId], ['enrolment_key.office_id', officeId]))
    .where(contains(q, 'enrolment_key.label'));
  return fetchPage(query, ENROLMENT_KEY_ORDER, page);
}

export async function findEnrolmentKey(db: Db, scope: Scope, id: string) {
  return selectKeys(db, scope).where('enrolment_key.id', '=', id).executeTakeFirst();
}

function selectKeys(db: Db, scope: Scope) {
  return db
    .selectFrom('enrolment_key')
    .where(inScope(scope, 'enrolment_key'))
    .where('enrolment_key.revoked_at', 'is', null)
    .select([
      'enrolment_key.id',
      'enrolment_key.customer_id as customerId',
      'enrolment_key.office_id as officeId',
      'enrolment_key.label',
      'enrolment_key.max_gateways as maxGateways',
      'enrolment_key.enrolled',
      'enrolment_key.created_at as createdAt',
      'enrolment_key.created_by as createdBy',
      'enrolment_key.expires_at as expiresAt',
    ]);
}

/** False when it was revoked already. */
export async function revokeEnrolmentKey(db: Db, id: string, now: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('enrolment_key')
    .set({ revoked_at: now })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** The key behind this hash, if it is still good; locked, so that those who ask by one key come one after the other. */
export async function lockEnrolmentKey(tx: Db, hash: Buffer, now: Date) {
  return tx
    .selectFrom('enrolment_key')
    .innerJoin('customer', 'customer.id', 'enrolment_key.customer_id')
    .where('enrolment_key.hash', '=', hash)
    .where('enrolment_key.revoked_at', 'is', null)
    .where('enrolment_key.expires_at', '>', now)
    .where('customer.suspended_at', 'is', null)
    .select([
      'enrolment_key.id',
      'enrolment_key.customer_id as customerId',
      'enrolment_key.office_id as officeId',
      'enrolment_key.max_gateways as maxGateways',
      'enrolment_key.enrolled',
    ])
    .forNoKeyUpdate('enrolment_key')
    .executeTakeFirst();
}

/** False when the key has let in as many gateways as it may. */
export async function countEnrolled(tx: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('enrolment_key')
    .set(({ eb }) => ({ enrolled: eb('enrolled', '+', 1) }))
    .where('id', '=', id)
    .whereRef('enrolled', '<', 'max_gateways')
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}
