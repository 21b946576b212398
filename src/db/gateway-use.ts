import { sql } from 'kysely';
import type { Db } from './database.ts';

/** How much of its limits a gateway has in use. */
export async function readUse(db: Db, gatewayId: string): Promise<{ pendingDevices: number; deadLetters: number }> {
  const { rows } = await sql<{ pendingDevices: number; deadLetters: number }>`
    SELECT
      (SELECT count(*)::int4 FROM device_gateway JOIN device ON device.id = device_id
        WHERE gateway_id = ${gatewayId} AND state = 'pending') AS "pendingDevices",
      (SELECT count(*)::int4 FROM dead_letter WHERE gateway_id = ${gatewayId}) AS "deadLetters"`.execute(db);
  return rows[0] as { pendingDevices: number; deadLetters: number };
}
