import { sql } from 'kysely';
import type { Db } from './database.ts';

/** Why a gateway is delayed: its connection is read less often than it sends. */
export const DELAY_REASONS = {
  gateway_rate: 'the gateway sends more than one gateway may',
  customer_rate: 'the gateways of the customer send more than they may together',
  backlog: 'the server is behind with what was sent already',
} as const;
export type DelayReason = keyof typeof DELAY_REASONS;

export interface Delay {
  readonly gatewayId: string;
  readonly reason: DelayReason;
  /** How long it has lasted. */
  readonly forMs: number;
}

/** Makes these the gateways that a process delays, and no others. Does nothing where the process is taken for dead. */
export async function replaceDelays(db: Db, processId: string, delays: readonly Delay[]): Promise<void> {
  const ids = delays.map(({ gatewayId }) => gatewayId);
  await sql`
    WITH self AS (SELECT id FROM process WHERE id = ${processId} FOR KEY SHARE), over AS (
      DELETE FROM gateway_delay WHERE process_id = ${processId} AND gateway_id <> ALL (${ids}::uuid[])
    )
    INSERT INTO gateway_delay AS known (process_id, gateway_id, reason, since)
    SELECT self.id, delay.gateway_id, delay.reason, clock_timestamp() - delay.for_ms * interval '1 millisecond'
    FROM unnest(
      ${ids}::uuid[], ${delays.map(({ reason }) => reason)}::text[], ${delays.map(({ forMs }) => forMs)}::float8[]
    ) AS delay (gateway_id, reason, for_ms)
    JOIN gateway ON gateway.id = delay.gateway_id CROSS JOIN self
    ORDER BY delay.gateway_id
    ON CONFLICT (gateway_id, process_id) DO UPDATE SET reason = excluded.reason
    WHERE known.reason <> excluded.reason`.execute(db);
}

/** Since when a gateway is delayed by living processes, and why; undefined when it is not. */
export async function findDelay(db: Db, gatewayId: string): Promise<{ reason: DelayReason; since: Date } | undefined> {
  const { rows } = await sql<{ reason: DelayReason; since: Date }>`
    SELECT reason, since FROM gateway_delay JOIN process ON process.id = process_id
    WHERE gateway_id = ${gatewayId} AND expires_at > now() ORDER BY since LIMIT 1`.execute(db);
  return rows[0];
}

/**
 * Which part of a customer's open connections a process holds, of the customers that have others elsewhere: so much of
 * their rate is its to give.
 */
export async function readShares(db: Db, processId: string): Promise<Map<string, number>> {
  const { rows } = await sql<{ customerId: string; share: number }>`
    SELECT gateway.customer_id AS "customerId",
      (count(*) FILTER (WHERE process_id = ${processId}))::float8 / count(*) AS share
    FROM connection
    JOIN process ON process.id = process_id AND (process.id = ${processId} OR expires_at > now())
    JOIN gateway ON gateway.id = gateway_id
    GROUP BY gateway.customer_id
    HAVING bool_or(process_id = ${processId}) AND bool_or(process_id <> ${processId})`.execute(db);
  return new Map(rows.map(({ customerId, share }) => [customerId, share]));
}
