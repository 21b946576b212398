import { type RawBuilder, sql } from 'kysely';
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

/** What is so only at the time of a status. */
const LATEST = ['state', 'buffered', 'oldest_buffered_at', 'dropped', 'clock_synced'] as const;
/** What stays so until a status says otherwise; one that comes late, behind a newer one, may be the last to have said it. */
const KEPT = ['software_version', 'hardware_version'] as const;

/** Sets a column to what the newer of two statuses says of it; where that says nothing, to what the older said, if it is kept. */
function newest(name: (typeof LATEST)[number] | (typeof KEPT)[number], isKept = false): RawBuilder<unknown> {
  const [known, said] = [sql.ref(`known.${name}`), sql.ref(`excluded.${name}`)];
  const [ifNewer, ifOlder] = isKept
    ? [sql`coalesce(${said}, ${known})`, sql`coalesce(${known}, ${said})`]
    : [said, known];
  return sql`${sql.ref(name)} = CASE WHEN known.received_at <= excluded.received_at THEN ${ifNewer} ELSE ${ifOlder} END`;
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
      received_at = greatest(known.received_at, excluded.received_at),
      ${sql.join([...LATEST.map((name) => newest(name)), ...KEPT.map((name) => newest(name, true))])}`.execute(tx);
}
