import { sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';

/** How far the clock of a gateway is behind ours, by one message. Epoch milliseconds, and milliseconds. */
export interface GatewayClock {
  readonly gatewayId: string;
  /** Receipt less sending: with a clock that is right, the time that the message was under way. */
  readonly skewMs: number;
  readonly measuredAt: number;
}

/** Keeps the newest measurement of each gateway. At most one of a gateway in a call. */
export async function moveClocks(db: Db, clocks: readonly GatewayClock[]): Promise<void> {
  if (clocks.length === 0) return;
  await sql`
    INSERT INTO gateway_clock AS known (gateway_id, skew_ms, measured_at)
    SELECT gateway_id, skew, to_timestamp(measured / 1000)
    FROM unnest(
      ${clocks.map(({ gatewayId }) => gatewayId)}::uuid[],
      ${numericArray(clocks.map(({ skewMs }) => skewMs))}::int8[],
      ${numericArray(clocks.map(({ measuredAt }) => measuredAt))}::float8[]
    ) AS told (gateway_id, skew, measured)
    JOIN gateway ON gateway.id = gateway_id
    ORDER BY gateway_id
    ON CONFLICT (gateway_id) DO UPDATE SET skew_ms = excluded.skew_ms, measured_at = excluded.measured_at
    WHERE known.measured_at < excluded.measured_at`.execute(db);
}
