import { type RawBuilder, sql, type Transaction } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Database } from './database.ts';
import type { DB } from './schema.gen.ts';

/** What a batch did for one gateway in one hour: message numbers seen, and each message and item with one outcome. */
export interface LedgerEntry {
  readonly gatewayId: string;
  readonly brokerId: string;
  /** Start of the hour of receipt, epoch milliseconds. */
  readonly hour: number;
  readonly seen: readonly (readonly [number, number])[];
  readonly voided: readonly (readonly [number, number])[];
  readonly stored: number;
  readonly duplicate: number;
  readonly rejected: number;
  readonly itemsStored: number;
  readonly itemsDuplicate: number;
  readonly itemsRejected: number;
}

/** The statement that appends to the books; nothing is updated, so no two batches wait for each other. */
export function appendCounts(entries: readonly LedgerEntry[]): RawBuilder<unknown> {
  const numbers = (of: (entry: LedgerEntry) => number) => numericArray(entries.map(of));
  return sql`
    INSERT INTO ingest_count
    SELECT gateway_id, broker_id, to_timestamp(ms / 1000), seen::int8multirange, voided::int8multirange,
      stored, duplicate, rejected, items_stored, items_duplicate, items_rejected
    FROM unnest(
      ${entries.map(({ gatewayId }) => gatewayId)}::uuid[], ${entries.map(({ brokerId }) => brokerId)}::uuid[],
      ${numbers(({ hour }) => hour)}::float8[],
      ${entries.map(({ seen }) => multirange(seen))}::text[], ${entries.map(({ voided }) => multirange(voided))}::text[],
      ${numbers(({ stored }) => stored)}::int8[], ${numbers(({ duplicate }) => duplicate)}::int8[],
      ${numbers(({ rejected }) => rejected)}::int8[], ${numbers(({ itemsStored }) => itemsStored)}::int8[],
      ${numbers(({ itemsDuplicate }) => itemsDuplicate)}::int8[], ${numbers(({ itemsRejected }) => itemsRejected)}::int8[]
    ) AS entry (gateway_id, broker_id, ms, seen, voided, stored, duplicate, rejected, items_stored, items_duplicate, items_rejected)`;
}

function multirange(ranges: readonly (readonly [number, number])[]): string {
  return `{${ranges.map(([first, last]) => `[${first},${last}]`).join(',')}}`;
}

/** Adds the appended counts to the ledger and to those of the minute, and says how many. One process does it at a time; undefined when another one is at it. */
export async function foldCounts(db: Database): Promise<number | undefined> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ mine: boolean }>`SELECT pg_try_advisory_xact_lock(${FOLD_LOCK}) AS mine`.execute(tx);
    return rows[0]?.mine ? moveCounts(tx) : undefined;
  });
}

/** The same within a transaction; waits until nobody else is at it, and keeps others waiting until the transaction ends. */
export async function foldCountsIn(tx: Transaction<DB>): Promise<number> {
  await sql`SELECT pg_advisory_xact_lock(${FOLD_LOCK})`.execute(tx);
  return moveCounts(tx);
}

const FOLD_LOCK = sql`hashtextextended('stepcloud.fold', 0)`;

async function moveCounts(tx: Transaction<DB>): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    WITH appended AS (DELETE FROM ingest_count RETURNING *), folded AS (
      INSERT INTO ingest_ledger AS ledger
      SELECT gateway_id, broker_id, hour, range_agg(seen), range_agg(voided), sum(stored), sum(duplicate), sum(rejected),
        sum(items_stored), sum(items_duplicate), sum(items_rejected)
      FROM appended GROUP BY gateway_id, broker_id, hour
      ON CONFLICT (gateway_id, hour, broker_id) DO UPDATE SET
        seen = ledger.seen + excluded.seen,
        voided = ledger.voided + excluded.voided,
        stored = ledger.stored + excluded.stored,
        duplicate = ledger.duplicate + excluded.duplicate,
        rejected = ledger.rejected + excluded.rejected,
        items_stored = ledger.items_stored + excluded.items_stored,
        items_duplicate = ledger.items_duplicate + excluded.items_duplicate,
        items_rejected = ledger.items_rejected + excluded.items_rejected
    ), counted AS (
      INSERT INTO ingest_minute AS known
      SELECT date_trunc('minute', now()), sum(stored), sum(duplicate), sum(rejected),
        sum(items_stored), sum(items_duplicate), sum(items_rejected)
      FROM appended HAVING count(*) > 0
      ON CONFLICT (minute) DO UPDATE SET
        stored = known.stored + excluded.stored,
        duplicate = known.duplicate + excluded.duplicate,
        rejected = known.rejected + excluded.rejected,
        items_stored = known.items_stored + excluded.items_stored,
        items_duplicate = known.items_duplicate + excluded.items_duplicate,
        items_rejected = known.items_rejected + excluded.items_rejected
    ), forgotten AS (
      DELETE FROM ingest_minute WHERE minute < now() - interval '1 day'
    ), told AS (
      INSERT INTO ingest_sequence AS sequence (gateway_id, broker_id, told)
      SELECT gateway_id, broker_id, range_agg(seen) + range_agg(voided) FROM appended GROUP BY gateway_id, broker_id
      ON CONFLICT (gateway_id, broker_id) DO UPDATE SET told = sequence.told + excluded.told
    )
    SELECT count(*)::float8 AS count FROM appended`.execute(tx);
  return rows[0]?.count ?? 0;
}
