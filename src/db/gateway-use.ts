import { sql } from 'kysely';
import type { Db } from './database.ts';
import { countPendingDevices } from './devices.ts';

/** How much of its limits a gateway has in use; the rate of its messages is the average since the hour began. */
export async function readUse(
  db: Db,
  gatewayId: string,
): Promise<{ pendingDevices: number; deadLetters: number; messagesPerSecond: number }> {
  const { rows } = await sql<{ deadLetters: number; messagesPerSecond: number }>`
    SELECT (SELECT count(*)::int4 FROM dead_letter WHERE gateway_id = ${gatewayId}) AS "deadLetters",
      (
        SELECT ceil(coalesce(sum(stored + duplicate + rejected), 0) / greatest(extract(epoch FROM now() - this.hour), 1))::int4
        FROM (SELECT date_trunc('hour', now()) AS hour) AS this
        LEFT JOIN (
          SELECT gateway_id, hour, stored, duplicate, rejected FROM ingest_count
          UNION ALL SELECT gateway_id, hour, stored, duplicate, rejected FROM ingest_ledger
        ) AS books ON books.hour = this.hour AND books.gateway_id = ${gatewayId}
        GROUP BY this.hour
      ) AS "messagesPerSecond"`.execute(db);
  const { deadLetters, messagesPerSecond } = rows[0] as (typeof rows)[number];
  return { pendingDevices: await countPendingDevices(db, gatewayId), deadLetters, messagesPerSecond };
}
