import { sql } from 'kysely';
import type { RefusalCode } from '../errors.ts';
import type { Db } from './database.ts';
import { inScope, type Scope } from './scope.ts';

export interface DeadLetter {
  readonly id: string;
  readonly customerId: string;
  readonly gatewayId: string;
  /** Hash of what makes two refusals the same fault. */
  readonly fingerprint: Buffer;
  readonly code: RefusalCode;
  readonly path: string;
  readonly detail: string;
  readonly topic: string;
  readonly deviceKey: string | undefined;
  readonly ref: string | undefined;
  /** The refused item, byte for byte as far as it was kept. */
  readonly item: Buffer;
  /** Bytes of the item as it came. */
  readonly size: number;
  readonly messageId: string;
  readonly receivedAt: Date;
  readonly seen: number;
}

/**
 * Keeps refused items. The same fault again raises its count; beyond `limit` per gateway new ones are only counted, so
 * that a broken gateway cannot fill the disk. Fingerprints must be unique within a call.
 */
export async function recordDeadLetters(tx: Db, letters: readonly DeadLetter[], limit: number): Promise<void> {
  const byGateway = new Map<string, DeadLetter[]>();
  for (const letter of letters) {
    const own = byGateway.get(letter.gatewayId);
    if (own) own.push(letter);
    else byGateway.set(letter.gatewayId, [letter]);
  }
  // Always in the same order, or two workers could wait for each other's rows.
  for (const [gatewayId, own] of [...byGateway].sort(([a], [b]) => (a < b ? -1 : 1)))
    await recordOwn(tx, gatewayId, own, limit);
}

async function recordOwn(tx: Db, gatewayId: string, letters: readonly DeadLetter[], limit: number): Promise<void> {
  const { rows } = await sql<{ kept: number }>`
    SELECT count(*)::int4 AS kept FROM (SELECT FROM dead_letter WHERE gateway_id = ${gatewayId} LIMIT ${limit}) AS kept`.execute(
    tx,
  );
  const room = limit - (rows[0]?.kept ?? 0);
  const known = room >= letters.length ? new Set<string>() : await knownFingerprints(tx, gatewayId, letters);
  let taken = 0;
  const kept = letters.filter(({ fingerprint }) => known.has(fingerprint.toString('hex')) || taken++ < room);
  if (kept.length > 0) await upsert(tx, kept);
  const dropped = sumSeen(letters) - sumSeen(kept);
  if (dropped > 0) await countOverflow(tx, gatewayId, dropped);
}

function sumSeen(letters: readonly DeadLetter[]): number {
  return letters.reduce((sum, { seen }) => sum + seen, 0);
}

async function knownFingerprints(tx: Db, gatewayId: string, letters: readonly DeadLetter[]): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('dead_letter')
    .where('gateway_id', '=', gatewayId)
    .where('fingerprint', '=', sql<Buffer>`any(${letters.map(({ fingerprint }) => fingerprint)}::bytea[])`)
    .select('fingerprint')
    .execute();
  return new Set(rows.map(({ fingerprint }) => fingerprint.toString('hex')));
}

async function upsert(tx: Db, letters: readonly DeadLetter[]): Promise<void> {
  const sorted = [...letters].sort((a, b) => Buffer.compare(a.fingerprint, b.fingerprint));
  const column = <K extends keyof DeadLetter>(name: K) => sorted.map((letter) => letter[name] ?? null);
  await sql`
    INSERT INTO dead_letter (id, customer_id, gateway_id, fingerprint, code, path, detail, topic, device_key, ref, item, size,
      message_id, first_received_at, last_received_at, seen)
    SELECT id, customer_id, gateway_id, fingerprint, code, path, detail, topic, device_key, ref, item, size,
      message_id, received_at, received_at, seen
    FROM unnest(
      ${column('id')}::uuid[], ${column('customerId')}::uuid[], ${column('gatewayId')}::uuid[], ${column('fingerprint')}::bytea[],
      ${column('code')}::text[], ${column('path')}::text[], ${column('detail')}::text[], ${column('topic')}::text[],
      ${column('deviceKey')}::text[], ${column('ref')}::text[], ${column('item')}::bytea[], ${column('size')}::int8[],
      ${column('messageId')}::uuid[], ${column('receivedAt')}::timestamptz[], ${column('seen')}::int8[]
    ) AS letter (id, customer_id, gateway_id, fingerprint, code, path, detail, topic, device_key, ref, item, size, message_id,
      received_at, seen)
    ON CONFLICT (gateway_id, fingerprint) DO UPDATE SET
      seen = dead_letter.seen + excluded.seen, told_at = NULL,
      last_received_at = greatest(dead_letter.last_received_at, excluded.last_received_at)`.execute(tx);
}

async function countOverflow(tx: Db, gatewayId: string, dropped: number): Promise<void> {
  await tx
    .insertInto('dead_letter_overflow')
    .values({ gateway_id: gatewayId, dropped })
    .onConflict((conflict) =>
      conflict.column('gateway_id').doUpdateSet({ dropped: sql`dead_letter_overflow.dropped + excluded.dropped` }),
    )
    .execute();
}

/** A dead letter that nobody else can mend, discard or count up until the transaction ends, and whose it is. */
export type LockedDeadLetter = Awaited<ReturnType<typeof lockDeadLetters>>[number];

/** Those of these letters that are there; in the order in which they are recorded, so that nobody waits in a circle. */
export async function lockDeadLetters(tx: Db, scope: Scope, ids: readonly string[]) {
  return tx
    .selectFrom('dead_letter')
    .innerJoin('gateway', 'gateway.id', 'dead_letter.gateway_id')
    .where('dead_letter.id', '=', sql<string>`any(${ids}::uuid[])`)
    .where(inScope(scope, 'gateway'))
    .orderBy('dead_letter.gateway_id')
    .orderBy('dead_letter.fingerprint')
    .forUpdate('dead_letter')
    .select(['dead_letter.id', 'dead_letter.code', 'gateway.id as gatewayId', 'gateway.label as gatewayLabel'])
    .select(['gateway.customer_id as customerId', 'gateway.office_id as officeId'])
    .execute();
}

export async function deleteDeadLetters(tx: Db, letters: readonly LockedDeadLetter[]): Promise<void> {
  const ids = letters.map(({ id }) => id);
  await tx.deleteFrom('dead_letter').where('id', '=', sql<string>`any(${ids}::uuid[])`).execute();
}
