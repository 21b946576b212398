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
  const asked = sql`gateway_id = ANY(${gatewayIds}::uuid[])`;
  const { rows } = await sql<DeviceChanges>`
    SELECT now() AS until, ARRAY(
      SELECT gateway_id::text FROM device_gateway JOIN device ON device.id = device_id
      WHERE device.changed_at > since AND ${asked}
      UNION
      SELECT gateway_id::text FROM device_gateway WHERE noted_at > since AND ${asked}
    ) AS "gatewayIds"
    FROM (SELECT coalesce(${since ?? null}::timestamptz, now()) - interval '1 minute' AS since) AS look`.execute(db);
  return rows[0] as DeviceChanges;
}
