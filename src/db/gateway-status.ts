import { sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';

/** What a gateway says of itself; null for what it left out. Times are epoch milliseconds. */
export interface GatewayStatus {
  readonly state: 'online' | 'offline';
  readonly softwareVersion: string | null;
  readonly hardwareVersion: string | null;
  /** Messages that wait in the gateway. */
  readonly buffered: number | null;
  readonly oldestBufferedAt: number | null;
  /** Messages that the gateway had no room for. */
  readonly dropped: number | null;
  readonly clockSynced: boolean | null;
}

export interface ReceivedStatus extends GatewayStatus {
  readonly gatewayId: string;
  readonly receivedAt: number;
}

/** Keeps the newest status of each gateway, by its receipt. At most one row per gateway, sorted by gateway. */
export async function moveStatus(tx: Db, rows: readonly ReceivedStatus[]): Promise<void> {
  if (rows.length === 0) return;
  const column = <K extends keyof ReceivedStatus>(name: K) => rows.map((row) => row[name]);
  const numbers = (of: (row: ReceivedStatus) => number | null) => numericArray(rows.map(of));
  await sql`
    INSERT INTO gateway_status AS known
    SELECT gateway_id, to_timestamp(received / 1000), state, software_version, hardware_version, buffered,
      to_timestamp(oldest / 1000), dropped, clock_synced
    FROM unnest(
      ${column('gatewayId')}::uuid[], ${numbers(({ receivedAt }) => receivedAt)}::float8[], ${column('state')}::text[],
      ${column('softwareVersion')}::text[], ${column('hardwareVersion')}::text[],
      ${numbers(({ buffered }) => buffered)}::int8[], ${numbers(({ oldestBufferedAt }) => oldestBufferedAt)}::float8[],
      ${numbers(({ dropped }) => dropped)}::int8[], ${column('clockSynced')}::boolean[]
    ) AS said (gateway_id, received, state, software_version, hardware_version, buffered, oldest, dropped, clock_synced)
    ON CONFLICT (gateway_id) DO UPDATE SET
      received_at = excluded.received_at, state = excluded.state,
      software_version = coalesce(excluded.software_version, known.software_version),
      hardware_version = coalesce(excluded.hardware_version, known.hardware_version),
      buffered = excluded.buffered, oldest_buffered_at = excluded.oldest_buffered_at,
      dropped = excluded.dropped, clock_synced = excluded.clock_synced
    WHERE known.received_at <= excluded.received_at`.execute(tx);
}
