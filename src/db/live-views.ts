import { sql } from 'kysely';
import type { Db } from './database.ts';
import { lastPeriod } from './presence.ts';
import { inScope, type Scope } from './scope.ts';
import type { ValueType } from './sensors.ts';

/** What a live stream may be asked to watch. */
export interface LiveSubjects {
  /** With the gateways of the scope that hear them. */
  readonly devices: readonly { readonly id: string; readonly key: string; readonly gatewayIds: readonly string[] }[];
  readonly gateways: readonly { readonly id: string }[];
}

/** Those of these devices and gateways that are in the scope. */
export async function findLiveSubjects(
  db: Db,
  scope: Scope,
  { deviceIds, gatewayIds }: { deviceIds: readonly string[]; gatewayIds: readonly string[] },
): Promise<LiveSubjects> {
  const devices = await sql<LiveSubjects['devices'][number]>`
    SELECT device.id, device.key, ARRAY(
      SELECT gateway.id::text FROM device_gateway AS heard JOIN gateway ON gateway.id = heard.gateway_id
      WHERE heard.device_id = device.id AND ${inScope(scope, 'gateway')}
    ) AS "gatewayIds"
    FROM device WHERE id = ANY(${deviceIds}::uuid[]) AND ${inScope(scope, 'device')}`.execute(db);
  const gateways = await sql<{ id: string }>`
    SELECT id FROM gateway WHERE id = ANY(${gatewayIds}::uuid[]) AND ${inScope(scope, 'gateway')}`.execute(db);
  return { devices: devices.rows, gateways: gateways.rows };
}

/** Whether a gateway is online, and since when it is or is not; both null where it never was. */
export interface GatewayState {
  readonly gatewayId: string;
  readonly online: boolean;
  readonly onlineSince: Date | null;
  readonly offlineSince: Date | null;
}

/** Of gateways that were found within a scope. */
export async function listGatewayStates(db: Db, gatewayIds: readonly string[]): Promise<GatewayState[]> {
  const { rows } = await sql<GatewayState>`
    SELECT gateway.id AS "gatewayId", coalesce(online, false) AS online, "onlineSince", "offlineSince"
    FROM gateway LEFT JOIN LATERAL ${lastPeriod('gateway.id')} AS last ON true
    WHERE gateway.id = ANY(${gatewayIds}::uuid[])`.execute(db);
  return rows;
}

/** How to read the values of a sensor. */
export interface SensorName {
  readonly id: number;
  readonly label: string;
  readonly unit: string | null;
  readonly valueType: ValueType;
}

export async function findSensorNames(db: Db, ids: readonly number[]): Promise<Map<number, SensorName>> {
  if (ids.length === 0) return new Map();
  const rows = await db
    .selectFrom('sensor')
    .where('id', '=', sql<number>`any(${ids}::int4[])`)
    .select(['id', 'label', 'unit', 'value_type as valueType'])
    .$narrowType<{ valueType: ValueType }>()
    .execute();
  return new Map(rows.map((row) => [row.id, row]));
}
