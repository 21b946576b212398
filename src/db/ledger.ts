import { sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Database, Db } from './database.ts';

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

/** Appends to the books; nothing is updated, so no two batches wait for each other. */
export async function appendCounts(tx: Db, entries: readonly LedgerEntry[]): Promise<void> {
  if (entries.length === 0) return;
  const numbers = (of: (entry: LedgerEntry) => number) => numericArray(entries.map(of));
  await sql`
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
    ) AS entry (gateway_id, broker_id, ms, seen, voided, stored, duplicate, rejected, items_stored, items_duplicate, items_rejected)`.execute(
    tx,
  );
}

function multirange(ranges: readonly (readonly [number, number])[]): string {
  return `{${ranges.map(([first, last]) => `[${first},${last}]`).join(',')}}`;
}

/** Adds the appended counts to the ledger, and says how many. One process does it at a time; undefined when another one is at it. */
export async function foldCounts(db: Database): Promise<number | undefined> {
  return db.transaction().execute(async (tx) => {
    const { rows } = await sql<{ mine: boolean }>`
      SELECT pg_try_advisory_xact_lock(hashtextextended('stepcloud.fold', 0)) AS mine`.execute(tx);
    if (!rows[0]?.mine) return undefined;
    const folded = await sql<{ count: number }>`
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
      )
      SELECT count(*)::float8 AS count FROM appended`.execute(tx);
    return folded.rows[0]?.count;
  });
}

export interface LedgerHour {
  hour: Date;
  accepted: number;
  stored: number;
  duplicate: number;
  rejected: number;
  itemsStored: number;
  itemsDuplicate: number;
  itemsRejected: number;
}

/** The books of a gateway by hour of receipt, newest first. */
export async function readLedger(
  db: Db,
  customerIds: readonly string[],
  gatewayId: string,
  from: Date,
  to: Date,
): Promise<LedgerHour[]> {
  const { rows } = await sql<LedgerHour>`
    SELECT hour, sum(stored + duplicate + rejected)::float8 AS accepted,
      sum(stored)::float8 AS stored, sum(duplicate)::float8 AS duplicate, sum(rejected)::float8 AS rejected,
      sum(items_stored)::float8 AS "itemsStored", sum(items_duplicate)::float8 AS "itemsDuplicate",
      sum(items_rejected)::float8 AS "itemsRejected"
    FROM (SELECT * FROM ingest_ledger UNION ALL SELECT * FROM ingest_count) AS books
    WHERE gateway_id = ${gatewayId} AND hour >= ${from} AND hour < ${to}
      AND gateway_id IN (SELECT id FROM gateway WHERE customer_id = ANY(${customerIds}))
    GROUP BY hour ORDER BY hour DESC`.execute(db);
  return rows;
}

/** Numbers of a gateway that no worker has seen though it saw higher ones: still in the queue, or lost. */
export async function countUnseen(db: Db, customerIds: readonly string[], gatewayId: string): Promise<number> {
  const { rows } = await sql<{ unseen: number }>`
    SELECT coalesce(sum(upper(holes) - lower(holes)), 0)::float8 AS unseen
    FROM (
      SELECT unnest(int8multirange(int8range(1, upper(range_agg(seen)))) - range_agg(seen) - range_agg(voided)) AS holes
      FROM (SELECT * FROM ingest_ledger UNION ALL SELECT * FROM ingest_count) AS books
      WHERE gateway_id = ${gatewayId} AND gateway_id IN (SELECT id FROM gateway WHERE customer_id = ANY(${customerIds}))
      GROUP BY broker_id
    ) AS gaps`.execute(db);
  return rows[0]?.unseen ?? 0;
}
