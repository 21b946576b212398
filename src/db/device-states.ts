import { sql } from 'kysely';
import type { Db } from './database.ts';

/** What a gateway is told of a device: whether its data are taken, and whether they are wanted. */
export interface DeviceStateRow {
  key: string;
  state: 'pending' | 'active' | 'refused';
  monitored: boolean;
  model: string | null;
  label: string | null;
}

/** The devices of its office that this gateway has heard, by key; all of them, or a page from behind `after`. */
export async function listDeviceStates(
  db: Db,
  gatewayId: string,
  { after, limit }: { after?: string | undefined; limit?: number } = {},
): Promise<DeviceStateRow[]> {
  const { rows } = await sql<DeviceStateRow>`
    SELECT device.key, device.monitoring AS monitored, device_model.name AS model, device.label,
      CASE WHEN device.state IN ('blocked', 'archived') THEN 'refused' ELSE device.state END AS state
    FROM gateway
    JOIN device_gateway ON device_gateway.gateway_id = gateway.id
    JOIN device ON device.id = device_gateway.device_id AND device.office_id = gateway.office_id
    LEFT JOIN device_model ON device_model.id = device.device_model_id
    WHERE gateway.id = ${gatewayId} AND device.key > ${after ?? ''}
    ORDER BY device.key LIMIT ${limit ?? null}::int8`.execute(db);
  return rows;
}

/** Gateways for which `listDeviceStates` has news, and when that was looked up. */
export interface DeviceChanges {
  until: Date;
  gatewayIds: string[];
}

/**
 * Which of these gateways have a device that was changed, or heard for the first time, since a look before, or in the
 * minute before that: a transaction shows its rows only when it commits. So a change is found by several looks. Times are
 * the database's own.
 */
export async function findGatewaysWithChangedDevices(
  db: Db,
  gatewayIds: readonly string[],
  since: Date | undefined,
): Promise<DeviceChanges> {
  const from = sql`(coalesce(${since ?? null}::timestamptz, now()) - interval '1 minute')`;
  const { rows } = await sql<DeviceChanges>`
    SELECT now() AS until, ARRAY(
      SELECT gateway_id::text FROM device JOIN device_gateway ON device_id = device.id WHERE changed_at > ${from}
      UNION
      SELECT gateway_id::text FROM device_gateway WHERE noted_at > ${from}
    ) AS "gatewayIds"`.execute(db);
  const { until, gatewayIds: changed } = rows[0] as DeviceChanges;
  // Few change in a minute, and a broker asks about thousands: to send those along would cost more than the look.
  const asked = new Set(gatewayIds);
  return { until, gatewayIds: changed.filter((id) => asked.has(id)) };
}
