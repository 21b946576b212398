import { sql } from 'kysely';
import type { Db } from './database.ts';
import type { Hardware } from './gateways.ts';
import { byId, byText, byTime, type Filter, fetchPage, matches, type PageRequest } from './keyset.ts';
import { inScope, type Scope } from './scope.ts';

const DELETED_AT_ONCE = 100;

export type EnrolmentState = 'pending' | 'approved' | 'denied';

export interface NewEnrolment extends Hardware {
  id: string;
  deviceCodeHash: Buffer;
  proposedGatewayId: string | null;
  address: string | undefined;
  createdAt: Date;
  /** When it is forgotten if nobody decided. */
  expiresAt: Date;
  /** What a person types, or the key by which it came. */
  by: { userCode: string } | { keyId: string; customerId: string; officeId: string | null };
}

/** False when the user code stands for another one already. Forgets some that expired. */
export async function insertEnrolment(db: Db, enrolment: NewEnrolment): Promise<boolean> {
  await sql`
    DELETE FROM enrolment WHERE id = ANY (ARRAY(
      SELECT id FROM enrolment WHERE expires_at <= ${enrolment.createdAt} LIMIT ${DELETED_AT_ONCE} FOR UPDATE SKIP LOCKED
    ))`.execute(db);
  const key = 'keyId' in enrolment.by ? enrolment.by : undefined;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('enrolment')
    .values({
      id: enrolment.id,
      device_code_hash: enrolment.deviceCodeHash,
      user_code: 'userCode' in enrolment.by ? enrolment.by.userCode : null,
      enrolment_key_id: key?.keyId ?? null,
      customer_id: key?.customerId ?? null,
      office_id: key?.officeId ?? null,
      proposed_gateway_id: enrolment.proposedGatewayId,
      serial_number: enrolment.serialNumber,
      software_version: enrolment.softwareVersion,
      hardware_version: enrolment.hardwareVersion,
      address: enrolment.address ?? null,
      created_at: enrolment.createdAt,
      expires_at: enrolment.expiresAt,
    })
    .onConflict((conflict) => conflict.column('user_code').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

// One that has expired is as good as none, for everybody below.

export const ENROLMENT_ORDER = {
  fields: {
    id: byId('enrolment.id'),
    serialNumber: byText('enrolment.serial_number'),
    createdAt: byTime('enrolment.created_at'),
  },
  unique: byId('enrolment.id'),
};

export interface EnrolmentFilter {
  readonly state?: Filter;
  readonly enrolmentKeyId?: Filter;
  readonly serialNumber?: Filter;
}

/** Those that came by a key, and those that came by a code once approved. */
export async function listEnrolments(
  db: Db,
  scope: Scope,
  { state, enrolmentKeyId, serialNumber }: EnrolmentFilter,
  page: PageRequest<keyof typeof ENROLMENT_ORDER.fields>,
  now: Date,
) {
  const query = selectEnrolments(db, now)
    .where(inScope(scope, 'enrolment'))
    .where(matches(['state', state], ['enrolment_key_id', enrolmentKeyId], ['serial_number', serialNumber]));
  return fetchPage(query, ENROLMENT_ORDER, page);
}

export async function findEnrolment(db: Db, scope: Scope, id: string, now: Date) {
  return selectEnrolments(db, now).where(inScope(scope, 'enrolment')).where('id', '=', id).executeTakeFirst();
}

export async function findEnrolmentByUserCode(db: Db, userCode: string, now: Date) {
  return selectEnrolments(db, now).where('user_code', '=', userCode).executeTakeFirst();
}

export async function findEnrolmentByDeviceCode(db: Db, deviceCodeHash: Buffer, now: Date) {
  return selectEnrolments(db, now).where('device_code_hash', '=', deviceCodeHash).executeTakeFirst();
}

/** Locks it, so that two who decide come one after the other. */
export async function lockEnrolment(tx: Db, id: string, now: Date) {
  return selectEnrolments(tx, now)
    .where('id', '=', id)
    .select('device_code_hash as deviceCodeHash')
    .forUpdate()
    .executeTakeFirst();
}

function selectEnrolments(db: Db, now: Date) {
  return db
    .selectFrom('enrolment')
    .where('expires_at', '>', now)
    .select([
      'id',
      'state',
      'enrolment_key_id as enrolmentKeyId',
      'customer_id as customerId',
      'office_id as officeId',
      'proposed_gateway_id as proposedGatewayId',
      'serial_number as serialNumber',
      'software_version as softwareVersion',
      'hardware_version as hardwareVersion',
      'address',
      'created_at as createdAt',
      'expires_at as expiresAt',
      'decided_at as decidedAt',
      'decided_by as decidedBy',
      'gateway_id as gatewayId',
    ]);
}

export type EnrolmentRow = Awaited<ReturnType<ReturnType<typeof selectEnrolments>['execute']>>[number];

/** How many wait that came by this key. */
export async function countPending(
  db: Db,
  { id, customerId }: { id: string; customerId: string },
  now: Date,
): Promise<number> {
  const { count } = await db
    .selectFrom('enrolment')
    .where('customer_id', '=', customerId)
    .where('state', '=', 'pending')
    .where('enrolment_key_id', '=', id)
    .where('expires_at', '>', now)
    .select(sql<number>`count(*)::int4`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Writes down that a gateway asked whether it is let in. False when it asked already after `notSince`. */
export async function recordPoll(db: Db, id: string, now: Date, notSince: Date): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('enrolment')
    .set({ polled_at: now })
    .where('id', '=', id)
    .where(({ or, eb }) => or([eb('polled_at', 'is', null), eb('polled_at', '<=', notSince)]))
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

export interface EnrolmentDecision {
  state: 'approved' | 'denied';
  /** Of the gateway that it became. */
  gateway?: { id: string; customerId: string; officeId: string };
  decidedAt: Date;
  decidedBy: string;
  /** Until when the decision can be asked for. */
  expiresAt: Date;
}

export async function decideEnrolment(tx: Db, id: string, decision: EnrolmentDecision): Promise<void> {
  const { gateway } = decision;
  await tx
    .updateTable('enrolment')
    .set({
      state: decision.state,
      ...(gateway && { gateway_id: gateway.id, customer_id: gateway.customerId, office_id: gateway.officeId }),
      decided_at: decision.decidedAt,
      decided_by: decision.decidedBy,
      expires_at: decision.expiresAt,
    })
    .where('id', '=', id)
    .execute();
}
