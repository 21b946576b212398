import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';
import { watchedTopics } from './live.ts';
import { receiptWishes } from './receipts.ts';

/** Whom a batch may be about. */
export interface BatchSubjects {
  readonly gatewayIds: readonly string[];
  /** Devices and gateways. */
  readonly topics: readonly string[];
}

/** A batch that is stored by nobody else, and who wants to hear of it. */
export interface ClaimedBatch {
  /** Gateways. */
  readonly wantReceipts: ReadonlySet<string>;
  /** Topics. */
  readonly watched: ReadonlySet<string>;
}

/**
 * Marks a batch as stored; undefined when it was already. The first statement of the batch's transaction: what it looks up is
 * younger than the lock it holds from here on (see `listBatchesUnderWay`).
 */
export async function claimBatch(
  tx: Db,
  id: string,
  { gatewayIds, topics }: BatchSubjects,
): Promise<ClaimedBatch | undefined> {
  const { rows } = await sql<{ claimed: boolean; wishes: string[]; watched: string[] }>`
    WITH claimed AS (INSERT INTO ingest_batch (id) VALUES (${id}) ON CONFLICT DO NOTHING RETURNING id)
    SELECT EXISTS (SELECT FROM claimed) AS claimed, ARRAY(${receiptWishes(gatewayIds)}) AS wishes,
      ARRAY(${watchedTopics(topics)}) AS watched`.execute(tx);
  const [row] = rows;
  return row?.claimed ? { wantReceipts: new Set(row.wishes), watched: new Set(row.watched) } : undefined;
}

/** Runs statements that need nothing of each other in one: each would wait for an answer of its own. */
export async function executeTogether(tx: Db, statements: readonly RawBuilder<unknown>[]): Promise<void> {
  const named = statements.map((statement, index) => sql`${sql.ref(`part${index}`)} AS (${statement})`);
  await sql`WITH ${sql.join(named)} SELECT`.execute(tx);
}
