import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';

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
    INSERT INTO device (id, customer_id, office_id, key)
    SELECT * FROM unnest(
      ${sorted.map(() => uuid())}::uuid[], ${sorted.map(({ customerId }) => customerId)}::uuid[],
      ${sorted.map(({ officeId }) => officeId)}::uuid[], ${sorted.map(({ key }) => key)}::text[])
    ON CONFLICT DO NOTHING`.execute(db);
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
