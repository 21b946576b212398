import { sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';

/** Of each gateway; who is powered up more often than this loses the oldest. */
const KEPT_BOOTS = 1_000;

/** A power-up of a gateway. Times are epoch milliseconds. */
export interface GatewayBoot {
  readonly gatewayId: string;
  readonly boot: string;
  /** When that was. */
  readonly zero: number;
  /** The receipt that tells. */
  readonly receivedAt: number;
}

/** Those of these power-ups that are known, with the zero that stands. */
export async function findBoots(db: Db, boots: readonly GatewayBoot[]): Promise<GatewayBoot[]> {
  const { rows } = await sql<GatewayBoot>`
    SELECT gateway_id AS "gatewayId", boot, (extract(epoch FROM zero) * 1000)::float8 AS zero,
      (extract(epoch FROM received_at) * 1000)::float8 AS "receivedAt"
    FROM gateway_boot JOIN unnest(
      ${boots.map(({ gatewayId }) => gatewayId)}::uuid[], ${boots.map(({ boot }) => boot)}::text[]
    ) AS named (gateway_id, boot) USING (gateway_id, boot)`.execute(db);
  return rows;
}

/**
 * The same, after those that were not known are written down: of processes that do so at once one is first, and its zero
 * stands for all. Each power-up at most once in a call.
 */
export async function fixBoots(db: Db, boots: readonly GatewayBoot[]): Promise<GatewayBoot[]> {
  const known = await findBoots(db, boots);
  if (known.length === boots.length) return known;
  const keys = new Set(known.map(keyOf));
  const missing = boots.filter((boot) => !keys.has(keyOf(boot)));
  await insertBoots(db, missing);
  const fixed = await findBoots(db, missing);
  await deleteOldBoots(db, [...new Set(missing.map(({ gatewayId }) => gatewayId))]);
  return [...known, ...fixed];
}

/** In the same order always, or two processes could wait for each other's rows. */
async function insertBoots(db: Db, boots: readonly GatewayBoot[]): Promise<void> {
  await sql`
    INSERT INTO gateway_boot (gateway_id, boot, zero, received_at)
    SELECT gateway_id, boot, to_timestamp(zero / 1000), to_timestamp(received / 1000)
    FROM unnest(
      ${boots.map(({ gatewayId }) => gatewayId)}::uuid[], ${boots.map(({ boot }) => boot)}::text[],
      ${numericArray(boots.map(({ zero }) => zero))}::float8[],
      ${numericArray(boots.map(({ receivedAt }) => receivedAt))}::float8[]
    ) AS named (gateway_id, boot, zero, received)
    JOIN gateway ON gateway.id = gateway_id
    ORDER BY gateway_id, boot
    ON CONFLICT DO NOTHING`.execute(db);
}

async function deleteOldBoots(db: Db, gatewayIds: readonly string[]): Promise<void> {
  await sql`
    DELETE FROM gateway_boot AS old WHERE gateway_id = any(${gatewayIds}::uuid[]) AND (received_at, boot) <= (
      SELECT received_at, boot FROM gateway_boot AS own WHERE own.gateway_id = old.gateway_id
      ORDER BY received_at DESC, boot DESC OFFSET ${KEPT_BOOTS} LIMIT 1
    )`.execute(db);
}

function keyOf({ gatewayId, boot }: GatewayBoot): string {
  return `${gatewayId}\n${boot}`;
}
