import { sql } from 'kysely';
import type { RefusalCode } from '../errors.ts';
import type { Db } from './database.ts';

/** A dead letter that its gateway is still to be told of. */
export interface Complaint {
  readonly gatewayId: string;
  readonly id: string;
  readonly messageId: string;
  readonly ref: string | null;
  readonly topic: string;
  readonly path: string;
  readonly code: RefusalCode;
  readonly detail: string;
  readonly seen: number;
  readonly lastReceivedAt: Date;
}

/** A gateway, and the complaint before which it is not told any more; undefined to tell all of them. */
export interface Untold {
  readonly id: string;
  readonly from: Pick<Complaint, 'lastReceivedAt' | 'id'> | undefined;
}

/** Complaints of each of these gateways, oldest first: of its `newest` or oldest ones, at most `limit`. */
export async function listComplaints(
  db: Db,
  gateways: readonly Untold[],
  { newest, limit }: { newest: boolean; limit: number },
): Promise<Complaint[]> {
  const order = newest ? sql`DESC` : sql`ASC`;
  const { rows } = await sql<Complaint>`
    SELECT letter.* FROM ${unnested(gateways)} CROSS JOIN LATERAL (
      SELECT gateway_id AS "gatewayId", id, message_id AS "messageId", ref, topic, path, code, detail, seen::float8 AS seen,
        last_received_at AS "lastReceivedAt"
      FROM dead_letter WHERE gateway_id = gateway.id AND told_at IS NULL AND ${IS_FROM}
      ORDER BY last_received_at ${order}, id ${order} LIMIT ${limit}
    ) AS letter
    ORDER BY "lastReceivedAt", id`.execute(db);
  return rows;
}

/** Which of these gateways there are complaints of. */
export async function findComplainedOf(db: Db, gateways: readonly Untold[]): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    SELECT id FROM ${unnested(gateways)}
    WHERE EXISTS (
      SELECT FROM dead_letter WHERE gateway_id = gateway.id AND told_at IS NULL AND ${IS_FROM}
    )`.execute(db);
  return rows.map(({ id }) => id);
}

const IS_FROM = sql`(last_received_at, dead_letter.id) >= (gateway.from_time, gateway.from_id)`;
const FIRST = { lastReceivedAt: new Date(0), id: '00000000-0000-0000-0000-000000000000' };

function unnested(gateways: readonly Untold[]) {
  const ids = gateways.map(({ id }) => id);
  const from = gateways.map(({ from = FIRST }) => from);
  return sql`unnest(
    ${ids}::uuid[], ${from.map(({ lastReceivedAt }) => lastReceivedAt)}::timestamptz[], ${from.map(({ id }) => id)}::uuid[]
  ) AS gateway (id, from_time, from_id)`;
}

/** Notes that the gateway knows of it; not where it was seen again meanwhile, which it does not know. */
export async function markTold(db: Db, { id, seen }: Pick<Complaint, 'id' | 'seen'>, at: Date): Promise<void> {
  await db
    .updateTable('dead_letter')
    .set({ told_at: at })
    .where('id', '=', id)
    .where('seen', '=', String(seen))
    .execute();
}

/** Something that a gateway was told of, as it was then. */
export interface Told {
  readonly id: string;
  readonly receivedAt: Date;
}

/**
 * Notes which of the complaints and warnings of this gateway it knows by now, and says how many those are; not what was seen
 * again meanwhile, which it does not know.
 */
export async function acknowledgeReports(db: Db, gatewayId: string, told: readonly Told[], at: Date): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    WITH told AS (
      SELECT * FROM unnest(
        ${told.map(({ id }) => id)}::uuid[], ${told.map(({ receivedAt }) => receivedAt)}::timestamptz[]
      ) AS told (id, received_at)
    ), letters AS (
      UPDATE dead_letter SET told_at = ${at} FROM told
      WHERE dead_letter.id = told.id AND gateway_id = ${gatewayId} AND told_at IS NULL AND last_received_at = received_at
      RETURNING dead_letter.id
    ), warnings AS (
      UPDATE payload_warning SET told_at = ${at} FROM told
      WHERE payload_warning.id = told.id AND gateway_id = ${gatewayId} AND told_at IS NULL AND last_seen_at = received_at
      RETURNING payload_warning.id
    )
    SELECT ((SELECT count(*) FROM letters) + (SELECT count(*) FROM warnings))::int4 AS count`.execute(db);
  return rows[0]?.count ?? 0;
}
