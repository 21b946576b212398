import { sql } from 'kysely';
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

/** What people say of an office. */
export interface OfficeDetails {
  name: string;
  department: string | null;
  subDepartment: string | null;
  street: string | null;
  additionalAddress: string | null;
  zip: string | null;
  city: string | null;
  country: string | null;
  timeZone: string;
}

export async function insertOffice(
  db: Db,
  { id, customerId, name, ...details }: Partial<OfficeDetails> & { id: string; customerId: string; name: string },
): Promise<void> {
  const row = { id, customer_id: customerId, name, ...toColumns(details) };
  await db.insertInto('office').values(row).execute();
}

/** Changes what is given. */
export async function updateOffice(db: Db, id: string, details: Partial<OfficeDetails>): Promise<void> {
  await db.updateTable('office').set(toColumns(details)).where('id', '=', id).execute();
}

function toColumns({ subDepartment, additionalAddress, timeZone, ...same }: Partial<OfficeDetails>) {
  return { ...same, sub_department: subDepartment, additional_address: additionalAddress, time_zone: timeZone };
}

/** Holds an office, so that nothing comes into it until the transaction ends. False when it is gone. */
export async function lockOffice(tx: Db, id: string): Promise<boolean> {
  const row = await tx.selectFrom('office').where('id', '=', id).select('id').forUpdate().executeTakeFirst();
  return row !== undefined;
}

/** What an office has; gateways that were deleted too, since what they sent is kept. */
export async function countOfficeContents(db: Db, officeId: string) {
  return db
    .selectNoFrom((row) => [
      row.selectFrom('gateway').where('office_id', '=', officeId).select(COUNT).as('gateways'),
      row.selectFrom('device').where('office_id', '=', officeId).select(COUNT).as('devices'),
      row.selectFrom('membership').where('office_id', '=', officeId).select(COUNT).as('members'),
      row
        .selectFrom('enrolment_key')
        .where('office_id', '=', officeId)
        .where('revoked_at', 'is', null)
        .select(COUNT)
        .as('enrolmentKeys'),
    ])
    .$narrowType<{ gateways: number; devices: number; members: number; enrolmentKeys: number }>()
    .executeTakeFirstOrThrow();
}

const COUNT = sql<number>`count(*)::int4`.as('count');

export async function deleteOffice(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('office').where('id', '=', id).execute();
}
