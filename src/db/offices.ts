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

/** What keeps an office: gateways that were deleted too, since what they sent is kept; and what goes along. */
export async function countOfficeContents(db: Db, officeId: string) {
  const { rows } = await sql<{ gateways: number; devices: number; members: number; keys: number; tokens: number }>`
    SELECT
      (SELECT count(*)::int4 FROM gateway WHERE office_id = ${officeId}) AS gateways,
      (SELECT count(*)::int4 FROM device WHERE office_id = ${officeId}) AS devices,
      (SELECT count(*)::int4 FROM membership WHERE office_id = ${officeId}) AS members,
      (SELECT count(*)::int4 FROM enrolment_key WHERE office_id = ${officeId} AND revoked_at IS NULL) AS keys,
      (SELECT count(*)::int4 FROM api_token WHERE office_id = ${officeId} AND revoked_at IS NULL) AS tokens`.execute(
    db,
  );
  const { gateways, devices, members, keys, tokens } = rows[0] as (typeof rows)[number];
  return { keeps: { gateways, devices }, goes: { members, enrolmentKeys: keys, apiTokens: tokens } };
}

export async function deleteOffice(tx: Db, id: string): Promise<void> {
  await tx.deleteFrom('office').where('id', '=', id).execute();
}
