import { sql } from 'kysely';
import { v7 as uuid } from 'uuid';
import type { WarningCode } from '../errors.ts';
import type { Db } from './database.ts';

/** Something of a message that was ignored. */
export interface Sighting {
  readonly gatewayId: string;
  readonly code: WarningCode;
  /** Of the message. */
  readonly kind: string;
  /** JSON pointer (RFC 6901) in which `*` is any entry of a list and any label. */
  readonly path: string;
  readonly topic: string;
  readonly messageId: string;
  readonly ref: string | undefined;
  readonly receivedAt: Date;
}

/** A warning that its gateway is still to be told of. */
export type UntoldWarning = Awaited<ReturnType<typeof findUntoldWarnings>>[number];

/**
 * Writes down what was not seen for a day, and is to be told again then. Beyond `limit` per gateway nothing new is taken.
 * The same of a gateway at most once in a call.
 */
export async function recordWarnings(db: Db, sightings: readonly Sighting[], limit: number): Promise<void> {
  const column = <K extends keyof Sighting>(name: K) => sightings.map((one) => one[name] ?? null);
  await sql`
    INSERT INTO payload_warning AS known
      (id, gateway_id, code, kind, path, topic, message_id, ref, first_seen_at, last_seen_at)
    SELECT seen.id, seen.gateway_id, seen.code, seen.kind, seen.path, seen.topic, seen.message_id, seen.ref,
      seen.received_at, seen.received_at
    FROM (
      SELECT seen.*, old.id IS NOT NULL AS is_known,
        row_number() OVER (PARTITION BY seen.gateway_id, old.id IS NULL ORDER BY seen.id) AS nth
      FROM unnest(
        ${sightings.map(() => uuid())}::uuid[], ${column('gatewayId')}::uuid[], ${column('code')}::text[],
        ${column('kind')}::text[], ${column('path')}::text[], ${column('topic')}::text[], ${column('messageId')}::uuid[],
        ${column('ref')}::text[], ${column('receivedAt')}::timestamptz[]
      ) AS seen (id, gateway_id, code, kind, path, topic, message_id, ref, received_at)
      JOIN gateway ON gateway.id = seen.gateway_id
      LEFT JOIN payload_warning AS old USING (gateway_id, code, kind, path)
    ) AS seen
    WHERE is_known OR nth <= ${limit} - (SELECT count(*) FROM payload_warning AS own WHERE own.gateway_id = seen.gateway_id)
    ORDER BY seen.gateway_id, seen.code, seen.kind, seen.path
    ON CONFLICT (gateway_id, code, kind, path) DO UPDATE SET topic = excluded.topic, message_id = excluded.message_id,
      ref = excluded.ref, last_seen_at = excluded.last_seen_at, told_at = NULL
    WHERE known.last_seen_at <= excluded.last_seen_at - interval '1 day'`.execute(db);
}

/** The warnings of a gateway, the last seen first. */
export async function listWarnings(db: Db, customerId: string, gatewayId: string) {
  return db
    .selectFrom('payload_warning as warning')
    .innerJoin('gateway', 'gateway.id', 'warning.gateway_id')
    .where('gateway.customer_id', '=', customerId)
    .where('warning.gateway_id', '=', gatewayId)
    .select(['warning.id', 'warning.code', 'warning.kind', 'warning.path', 'warning.topic', 'warning.ref'])
    .select(['warning.message_id as messageId', 'warning.first_seen_at as firstSeenAt'])
    .select('warning.last_seen_at as lastSeenAt')
    .orderBy('warning.last_seen_at', 'desc')
    .orderBy('warning.id', 'desc')
    .execute();
}

/** Warnings that these gateways were not told of since they were seen last, the oldest first; at most `limit`. */
export async function findUntoldWarnings(db: Db, gatewayIds: readonly string[], limit: number) {
  return db
    .selectFrom('payload_warning')
    .where('gateway_id', '=', sql<string>`any(${gatewayIds}::uuid[])`)
    .where('told_at', 'is', null)
    .select(['id', 'gateway_id as gatewayId', 'code', 'kind', 'path', 'topic', 'message_id as messageId', 'ref'])
    .select('last_seen_at as lastSeenAt')
    .orderBy('last_seen_at')
    .orderBy('id')
    .limit(limit)
    .execute();
}

/** Notes that their gateways know of them; not of those that were seen again meanwhile. */
export async function markWarningsTold(
  db: Db,
  warnings: readonly Pick<UntoldWarning, 'id' | 'lastSeenAt'>[],
  at: Date,
): Promise<void> {
  await sql`
    UPDATE payload_warning SET told_at = ${at}
    FROM unnest(
      ${warnings.map(({ id }) => id)}::uuid[], ${warnings.map(({ lastSeenAt }) => lastSeenAt)}::timestamptz[]
    ) AS told (id, last_seen_at)
    WHERE payload_warning.id = told.id AND payload_warning.last_seen_at = told.last_seen_at`.execute(db);
}
