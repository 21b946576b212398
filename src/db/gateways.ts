import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Where the data of a gateway belongs. */
export interface GatewayHome {
  customerId: string;
  officeId: string;
}

/** The homes of gateways, deleted ones too: what was acknowledged is stored. */
export async function findGatewayHomes(db: Db, gatewayIds: readonly string[]): Promise<Map<string, GatewayHome>> {
  const rows = await db
    .selectFrom('gateway')
    .where('id', '=', sql<string>`any(${gatewayIds}::uuid[])`)
    .select(['id', 'customer_id as customerId', 'office_id as officeId'])
    .execute();
  return new Map(rows.map(({ id, customerId, officeId }) => [id, { customerId, officeId }]));
}

/** What people call these gateways. */
export async function findGatewayLabels(db: Db, gatewayIds: readonly string[]): Promise<Map<string, string | null>> {
  const rows = await db
    .selectFrom('gateway')
    .where('id', '=', sql<string>`any(${gatewayIds}::uuid[])`)
    .select(['id', 'label'])
    .execute();
  return new Map(rows.map(({ id, label }) => [id, label]));
}

/** What a gateway is made of, as it says itself. */
export interface Hardware {
  serialNumber: string | null;
  softwareVersion: string | null;
  hardwareVersion: string | null;
}

export interface NewGateway extends GatewayHome, Partial<Hardware> {
  id: string;
  label: string | null;
}

/** False when the id is taken, by whomever, deleted or not. */
export async function insertGateway(db: Db, gateway: NewGateway): Promise<boolean> {
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('gateway')
    .values({
      id: gateway.id,
      customer_id: gateway.customerId,
      office_id: gateway.officeId,
      label: gateway.label,
      serial_number: gateway.serialNumber ?? null,
      software_version: gateway.softwareVersion ?? null,
      hardware_version: gateway.hardwareVersion ?? null,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

/** Changes what is given. */
export async function updateGateway(
  db: Db,
  id: string,
  { label, serialNumber, officeId }: { label?: string | null; serialNumber?: string | null; officeId?: string },
): Promise<void> {
  const changes = { label, serial_number: serialNumber, office_id: officeId };
  await db.updateTable('gateway').set(changes).where('id', '=', id).execute();
}

/** The gateway goes on with other hardware, which has said nothing of its state yet. False when it was deleted. */
export async function replaceHardware(tx: Db, id: string, hardware: Hardware): Promise<boolean> {
  const { numUpdatedRows } = await tx
    .updateTable('gateway')
    .set({
      serial_number: hardware.serialNumber,
      software_version: hardware.softwareVersion,
      hardware_version: hardware.hardwareVersion,
    })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  await tx.deleteFrom('gateway_status').where('gateway_id', '=', id).execute();
  await tx.deleteFrom('gateway_clock').where('gateway_id', '=', id).execute();
  return numUpdatedRows === 1n;
}

/** By the database's clock, since every broker looks for what was deleted since it looked last. False when it was already. */
export async function deleteGateway(db: Db, id: string): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('gateway')
    .set({ deleted_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('deleted_at', 'is', null)
    .executeTakeFirstOrThrow();
  return numUpdatedRows === 1n;
}

/** The addresses of those who manage a gateway, for mail. */
export async function listManagers(db: Db, { customerId, officeId }: GatewayHome): Promise<string[]> {
  const rows = await db
    .selectFrom('membership')
    .innerJoin('user', 'user.id', 'membership.user_id')
    .where('membership.customer_id', '=', customerId)
    .where('membership.role', '=', 'manager')
    .where(({ or, eb }) => or([eb('membership.office_id', 'is', null), eb('membership.office_id', '=', officeId)]))
    .where('user.active', '=', true)
    .select('user.email')
    .distinct()
    .execute();
  return rows.map(({ email }) => email);
}
