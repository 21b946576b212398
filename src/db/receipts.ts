import { type RawBuilder, sql } from 'kysely';
import type { Db } from './database.ts';

/** Messages or items by what became of them. */
export interface OutcomeCounts {
  stored: number;
  duplicate: number;
  rejected: number;
}

/** What became of a message that has a name of its sender's. */
export interface NamedOutcome {
  readonly ref: string;
  readonly messageId: string;
  readonly outcome: keyof OutcomeCounts;
}

/** What a batch made of the messages of a gateway. */
export interface ReceiptBody {
  readonly messages: OutcomeCounts;
  readonly items: OutcomeCounts;
  readonly refs: readonly NamedOutcome[];
}

export interface StoredReceipt {
  readonly gatewayId: string;
  readonly batchId: string;
  readonly committedAt: Date;
  readonly body: ReceiptBody;
}

/** How long receipts are written after the gateway was last seen to want them. */
const WISH_LASTS = sql`interval '1 hour'`;

/** Notes that these gateways want receipts from now on. Writes only where the last note is half over. */
export async function wishReceipts(db: Db, gatewayIds: readonly string[]): Promise<void> {
  if (gatewayIds.length === 0) return;
  const sorted = [...gatewayIds].sort();
  await sql`
    INSERT INTO receipt_wish AS wish (gateway_id, until)
    SELECT id, now() + ${WISH_LASTS} FROM unnest(${sorted}::uuid[]) AS wanted (id)
    ON CONFLICT (gateway_id) DO UPDATE SET until = excluded.until
    WHERE wish.until < now() + ${WISH_LASTS} / 2`.execute(db);
}

/** Selects those of these gateways that want receipts. */
export function receiptWishes(gatewayIds: readonly string[]): RawBuilder<unknown> {
  return sql`SELECT gateway_id::text FROM receipt_wish WHERE gateway_id = ANY (${gatewayIds}::uuid[]) AND until > now()`;
}

/** Keeps what a batch made of the messages of these gateways, until they have acknowledged it. */
export async function insertReceipts(
  tx: Db,
  batchId: string,
  receipts: readonly { readonly gatewayId: string; readonly body: ReceiptBody }[],
): Promise<void> {
  if (receipts.length === 0) return;
  await sql`
    INSERT INTO receipt (gateway_id, batch_id, body)
    SELECT gateway_id, ${batchId}::uuid, body
    FROM unnest(
      ${receipts.map(({ gatewayId }) => gatewayId)}::uuid[], ${receipts.map(({ body }) => JSON.stringify(body))}::jsonb[]
    ) AS receipt (gateway_id, body)`.execute(tx);
}

/** The oldest receipts of each of these gateways, at most `limit` of one. */
export async function listReceipts(db: Db, gatewayIds: readonly string[], limit: number): Promise<StoredReceipt[]> {
  const { rows } = await sql<StoredReceipt>`
    SELECT kept.* FROM unnest(${gatewayIds}::uuid[]) AS gateway (id) CROSS JOIN LATERAL (
      SELECT gateway_id AS "gatewayId", batch_id AS "batchId", committed_at AS "committedAt", body
      FROM receipt WHERE gateway_id = gateway.id ORDER BY batch_id LIMIT ${limit}
    ) AS kept`.execute(db);
  return rows;
}

/** Which of these gateways have receipts. */
export async function findReceiptOwners(db: Db, gatewayIds: readonly string[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM unnest(${gatewayIds}::uuid[]) AS gateway (id)
    WHERE EXISTS (SELECT FROM receipt WHERE gateway_id = gateway.id)`.execute(db);
  return rows.map(({ id }) => id);
}

export async function deleteReceipts(db: Db, gatewayId: string, batchIds: readonly string[]): Promise<void> {
  await db
    .deleteFrom('receipt')
    .where('gateway_id', '=', gatewayId)
    .where('batch_id', '=', sql<string>`any(${batchIds}::uuid[])`)
    .execute();
}
