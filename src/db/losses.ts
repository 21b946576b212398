import { type RawBuilder, sql } from 'kysely';
import type { Database, Db } from './database.ts';
import { foldCountsIn } from './ledger.ts';

/** Numbers of a gateway whose messages were acknowledged and will not come any more. */
export interface FoundLoss {
  readonly gatewayId: string;
  readonly brokerId: string;
  /** Begin of the hour in which the next message behind them was received. */
  readonly hour: Date;
  readonly numbers: [first: number, last: number][];
  readonly lost: number;
}

export interface LossSearch {
  readonly now: Date;
  /** A job that could fill a hole noticed before this is not in the queue any more. */
  readonly settledBefore: Date;
}

/**
 * Looks at the holes in the numbers of all gateways: which are new, which were filled meanwhile, and which nothing can fill.
 * Says what was found lost now. A loss whose numbers turn up after all is taken back.
 */
export async function recordLosses(db: Database, { now, settledBefore }: LossSearch): Promise<FoundLoss[]> {
  return db.transaction().execute(async (tx) => {
    await foldCountsIn(tx);
    await readBooksAgain(tx, settledBefore);
    for (const table of ['ingest_hole', 'ingest_loss'] as const) await forgetFilled(tx, table);
    const found = await takeForLost(tx, now, settledBefore);
    await noticeHoles(tx, now);
    return found;
  });
}

/**
 * The ledger has the last word on numbers that are about to be called lost: a release that knew of no losses may have folded
 * them, beside this one.
 */
async function readBooksAgain(tx: Db, settledBefore: Date): Promise<void> {
  await sql`
    UPDATE ingest_sequence AS sequence SET told = sequence.told + books.told
    FROM (SELECT DISTINCT gateway_id, broker_id FROM ingest_hole WHERE noticed_at < ${settledBefore}) AS due
    CROSS JOIN LATERAL (
      SELECT range_agg(seen) + range_agg(voided) AS told FROM ingest_ledger AS ledger
      WHERE ledger.gateway_id = due.gateway_id AND ledger.broker_id = due.broker_id
    ) AS books
    WHERE sequence.gateway_id = due.gateway_id AND sequence.broker_id = due.broker_id
      AND books.told IS NOT NULL AND NOT books.told <@ sequence.told`.execute(tx);
}

async function forgetFilled(tx: Db, table: 'ingest_hole' | 'ingest_loss'): Promise<void> {
  await sql`
    UPDATE ${sql.table(table)} AS known SET numbers = known.numbers * sequence.holes
    FROM ingest_sequence AS sequence
    WHERE sequence.gateway_id = known.gateway_id AND sequence.broker_id = known.broker_id
      AND NOT known.numbers <@ sequence.holes`.execute(tx);
  await sql`DELETE FROM ${sql.table(table)} WHERE isempty(numbers)`.execute(tx);
}

async function takeForLost(tx: Db, now: Date, settledBefore: Date): Promise<FoundLoss[]> {
  const { rows } = await sql<FoundLoss>`
    WITH due AS (
      DELETE FROM ingest_hole WHERE noticed_at < ${settledBefore} RETURNING *
    ), placed AS (
      SELECT due.gateway_id, due.broker_id, hole, coalesce(behind.hour, date_trunc('hour', noticed_at, 'UTC')) AS hour
      FROM due CROSS JOIN LATERAL unnest(due.numbers) AS hole
      CROSS JOIN LATERAL (
        SELECT min(hour) AS hour FROM ingest_ledger AS ledger
        WHERE ledger.gateway_id = due.gateway_id AND ledger.broker_id = due.broker_id
          AND (seen @> upper(hole) OR voided @> upper(hole))
      ) AS behind
    )
    INSERT INTO ingest_loss (gateway_id, broker_id, hour, found_at, numbers)
    SELECT gateway_id, broker_id, hour, ${now}, range_agg(hole) FROM placed
    GROUP BY gateway_id, broker_id, hour ORDER BY gateway_id, hour, broker_id
    RETURNING gateway_id AS "gatewayId", broker_id AS "brokerId", hour,
      ${rangesOf(sql.ref('numbers'))} AS numbers, ${sizeOf(sql.ref('numbers'))} AS lost`.execute(tx);
  return rows;
}

async function noticeHoles(tx: Db, now: Date): Promise<void> {
  await sql`
    INSERT INTO ingest_hole AS hole (gateway_id, broker_id, noticed_at, numbers)
    SELECT gateway_id, broker_id, ${now}, holes - coalesce(known.numbers, '{}')
    FROM ingest_sequence LEFT JOIN (
      SELECT gateway_id, broker_id, range_agg(numbers) AS numbers
      FROM (
        SELECT gateway_id, broker_id, numbers FROM ingest_hole
        UNION ALL SELECT gateway_id, broker_id, numbers FROM ingest_loss
      ) AS known GROUP BY gateway_id, broker_id
    ) AS known USING (gateway_id, broker_id)
    WHERE NOT isempty(holes) AND NOT holes <@ coalesce(known.numbers, '{}')
    ON CONFLICT (gateway_id, broker_id, noticed_at) DO UPDATE SET numbers = hole.numbers + excluded.numbers`.execute(
    tx,
  );
}

/** How many numbers a multirange has. */
export function sizeOf(multirange: RawBuilder<unknown>): RawBuilder<number> {
  return sql<number>`(SELECT coalesce(sum(upper(part) - lower(part)), 0)::float8 FROM unnest(${multirange}) AS part)`;
}

/** The ranges of a multirange as [first, last], in order. */
export function rangesOf(multirange: RawBuilder<unknown>): RawBuilder<[first: number, last: number][]> {
  return sql`(SELECT jsonb_agg(jsonb_build_array(lower(part), upper(part) - 1) ORDER BY part) FROM unnest(${multirange}) AS part)`;
}
