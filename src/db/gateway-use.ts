import { sql } from 'kysely';
import type { Db } from './database.ts';
import { countPendingDevices } from './devices.ts';

/** How much of its limits a gateway has in use. */
export async function readUse(db: Db, gatewayId: string): Promise<{ pendingDevices: number; deadLetters: number }> {
  const { deadLetters } = await db
    .selectFrom('dead_letter')
    .where('gateway_id', '=', gatewayId)
    .select(sql<number>`count(*)::int4`.as('deadLetters'))
    .executeTakeFirstOrThrow();
  return { pendingDevices: await countPendingDevices(db, gatewayId), deadLetters };
}
