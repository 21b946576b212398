import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';
import { inScope, type Scope } from './scope.ts';

export interface KnownDevice {
  id: string;
  state: 'pending' | 'active' | 'blocked' | 'archived';
}

/** A device as a gateway names it. */
export interface DeviceName {
  readonly gatewayId: string;
  readonly customerId: string;
  readonly officeId: string;
  readonly key: string;
}

/** The devices of these names, in their order; undefined for those that are not there. */
export async function findDevices(db: Db, names: readonly DeviceName[]): Promise<(KnownDevice | undefined)[]> {
  const { rows } = await sql<KnownDevice & { index: number }>`
    SELECT device.id, device.state, named.index::int4 - 1 AS index
    FROM unnest(${names.map(({ officeId }) => officeId)}::uuid[], ${names.map(({ key }) => key)}::text[])
      WITH ORDINALITY AS named (office_id, key, index)
    JOIN device USING (office_id, key)`.execute(db);
  const found: (KnownDevice | undefined)[] = names.map(() => undefined);
  for (const { id, state, index } of rows) found[index] = { id, state };
  return found;
}

/** Makes the devices that are not there yet, in state pending; one that another worker made meanwhile stays. */
export async function createPendingDevices(db: Db, names: readonly DeviceName[]): Promise<void> {
  const sorted = [...names].sort((a, b) => compare(a.officeId, b.officeId) || compare(a.key, b.key));
  await sql`
    INSERT INTO device (id, customer_id, office_id, key, changed_at)
    SELECT named.*, clock_timestamp() FROM unnest(
      ${sorted.map(() => uuid())}::uuid[], ${sorted.map(({ customerId }) => customerId)}::uuid[],
      ${sorted.map(({ officeId }) => officeId)}::uuid[], ${sorted.map(({ key }) => key)}::text[]) AS named
    ON CONFLICT DO NOTHING`.execute(db);
}

/** What a registration or a user may change of a device. */
export interface DeviceDetails extends KnownDevice {
  readonly officeId: string;
  readonly modelId: string | null;
  readonly label: string | null;
  readonly monitoring: boolean;
  readonly serialNumber: string | null;
  readonly registrationCode: string | null;
  readonly interfaceName: string | null;
  readonly networkAddress: string | null;
}

/** A device that nobody else can change until the transaction ends, with its name and whose it is. */
export interface LockedDevice extends DeviceDetails {
  readonly key: string;
  readonly customerId: string;
}

/** Those of these devices that are there, by id: whoever changes several locks them in this order. */
export async function lockDevices(tx: Db, scope: Scope, ids: readonly string[]): Promise<LockedDevice[]> {
  return selectLocked(tx, ids).where(inScope(scope, 'device')).execute();
}

/** The same for the worker, which knows them by their gateways. */
export async function lockAnyDevices(tx: Db, ids: readonly string[]): Promise<LockedDevice[]> {
  return selectLocked(tx, ids).execute();
}

function selectLocked(tx: Db, ids: readonly string[]) {
  return tx
    .selectFrom('device')
    .where('id', '=', sql<string>`any(${ids}::uuid[])`)
    .orderBy('id')
    .forNoKeyUpdate()
    .select(['id', 'key', 'customer_id as customerId', 'office_id as officeId', 'state', 'monitoring'])
    .select(['device_model_id as modelId', 'label', 'serial_number as serialNumber'])
    .select(['registration_code as registrationCode', 'interface_name as interfaceName'])
    .select('network_address as networkAddress');
}

/** Writes them as they are to be; when that is something to tell their gateways, by the database's clock. */
export async function updateDevices(tx: Db, devices: readonly DeviceDetails[]): Promise<void> {
  if (devices.length === 0) return;
  const column = (name: keyof DeviceDetails) => devices.map((device) => device[name]);
  await sql`
    UPDATE device SET office_id = now.office_id, state = now.state, device_model_id = now.device_model_id, label = now.label,
      monitoring = now.monitoring, serial_number = now.serial_number, registration_code = now.registration_code,
      interface_name = now.interface_name, network_address = now.network_address,
      changed_at = CASE
        WHEN (device.office_id, device.state, device.device_model_id, device.label, device.monitoring)
          IS DISTINCT FROM (now.office_id, now.state, now.device_model_id, now.label, now.monitoring) THEN clock_timestamp()
        ELSE device.changed_at
      END
    FROM unnest(
      ${column('id')}::uuid[], ${column('officeId')}::uuid[], ${column('state')}::text[], ${column('modelId')}::uuid[], ${column('label')}::text[],
      ${column('monitoring')}::boolean[], ${column('serialNumber')}::text[], ${column('registrationCode')}::text[],
      ${column('interfaceName')}::text[], ${column('networkAddress')}::text[]
    ) AS now (id, office_id, state, device_model_id, label, monitoring, serial_number, registration_code, interface_name,
      network_address)
    WHERE device.id = now.id`.execute(tx);
}

/** The gateways that have heard any of these devices. */
export async function findHearers(db: Db, deviceIds: readonly string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('device_gateway')
    .where('device_id', '=', sql<string>`any(${deviceIds}::uuid[])`)
    .select('gateway_id')
    .distinct()
    .execute();
  return rows.map(({ gateway_id }) => gateway_id);
}

/** How many devices that nobody approved yet were heard by this gateway. */
export async function countPendingDevices(db: Db, gatewayId: string): Promise<number> {
  const { count } = await db
    .selectFrom('device_gateway')
    .innerJoin('device', 'device.id', 'device_gateway.device_id')
    .where('device_gateway.gateway_id', '=', gatewayId)
    .where('device.state', '=', 'pending')
    .select(sql<number>`count(*)::int4`.as('count'))
    .executeTakeFirstOrThrow();
  return count;
}

/** Notes that these gateways heard these devices; the times never go backwards. */
export async function noteHeard(
  db: Db,
  heard: readonly { deviceId: string; gatewayId: string; at: number }[],
): Promise<void> {
  if (heard.length === 0) return;
  const sorted = [...heard].sort((a, b) => compare(a.deviceId, b.deviceId) || compare(a.gatewayId, b.gatewayId));
  await sql`
    INSERT INTO device_gateway AS known (device_id, gateway_id, first_heard_at, last_heard_at)
    SELECT device_id, gateway_id, to_timestamp(ms / 1000), to_timestamp(ms / 1000)
    FROM unnest(
      ${sorted.map(({ deviceId }) => deviceId)}::uuid[], ${sorted.map(({ gatewayId }) => gatewayId)}::uuid[],
      ${numericArray(sorted.map(({ at }) => at))}::float8[]
    ) AS heard (device_id, gateway_id, ms)
    ON CONFLICT (device_id, gateway_id) DO UPDATE SET
      first_heard_at = least(known.first_heard_at, excluded.first_heard_at),
      last_heard_at = greatest(known.last_heard_at, excluded.last_heard_at)`.execute(db);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
