import { sql } from 'kysely';
import type { Db } from './database.ts';
import { rangesOf, sizeOf } from './losses.ts';
import { inScope, type Scope } from './scope.ts';

export interface LedgerSpan {
  readonly by: 'hour' | 'day';
  /** An IANA time zone, which days are counted in. */
  readonly timeZone: string;
  /** Within the first hour or day. */
  readonly from: Date;
  /** Within the last hour or day, or at its end. */
  readonly to: Date;
  readonly limit: number;
}

/** What became of the messages of a time, and of their items. */
export interface IngestCounts {
  accepted: number;
  stored: number;
  duplicate: number;
  rejected: number;
  itemsStored: number;
  itemsDuplicate: number;
  itemsRejected: number;
  lost: number;
}

export interface LedgerEntryView extends IngestCounts {
  from: Date;
  /** Exclusive. */
  to: Date;
}

/**
 * The books of a gateway by whole hours or days of receipt, newest first, without those in which nothing was. The books are
 * kept by the hour of UTC: an hour belongs to the day in which it begins. The gateway must have been found within the
 * caller's scope.
 */
export async function readLedger(
  db: Db,
  gateway: { readonly id: string },
  { by, timeZone, from, to, limit }: LedgerSpan,
): Promise<LedgerEntryView[]> {
  const zone = sql`${by === 'day' ? timeZone : 'UTC'}::text`;
  const [unit, length] = [sql`${by}::text`, sql`${`1 ${by}`}::interval`];
  const of = sql`gateway_id = ${gateway.id} AND hour >= (SELECT "from" FROM span) AND hour < (SELECT "to" FROM span)`;
  const { rows } = await sql<LedgerEntryView>`
    WITH span AS (
      SELECT date_trunc(${unit}, ${from}::timestamptz AT TIME ZONE ${zone}) AT TIME ZONE ${zone} AS "from",
        (date_trunc(${unit}, (${to}::timestamptz - interval '1 microsecond') AT TIME ZONE ${zone}) + ${length})
          AT TIME ZONE ${zone} AS "to"
    ), books AS (
      SELECT hour, stored, duplicate, rejected, items_stored, items_duplicate, items_rejected, 0 AS lost
      FROM ingest_ledger WHERE ${of}
      UNION ALL SELECT hour, stored, duplicate, rejected, items_stored, items_duplicate, items_rejected, 0
      FROM ingest_count WHERE ${of}
      UNION ALL SELECT hour, 0, 0, 0, 0, 0, 0, ${sizeOf(sql.ref('numbers'))} FROM ingest_loss WHERE ${of}
    ), placed AS (
      SELECT *, date_trunc(${unit}, hour AT TIME ZONE ${zone}) AS start FROM books
    )
    SELECT start AT TIME ZONE ${zone} AS "from", (start + ${length}) AT TIME ZONE ${zone} AS "to",
      sum(stored + duplicate + rejected)::float8 AS accepted,
      sum(stored)::float8 AS stored, sum(duplicate)::float8 AS duplicate, sum(rejected)::float8 AS rejected,
      sum(items_stored)::float8 AS "itemsStored", sum(items_duplicate)::float8 AS "itemsDuplicate",
      sum(items_rejected)::float8 AS "itemsRejected", sum(lost) AS lost
    FROM placed GROUP BY start ORDER BY start DESC LIMIT ${limit}`.execute(db);
  return rows;
}

export interface LedgerSum extends Omit<IngestCounts, 'lost'> {
  /** Begin of the first hour that is counted. */
  from: Date;
  /** When it was so, by the database's clock. */
  asOf: Date;
}

/** The books of all gateways of a scope together, from the hour that holds `from` on. */
export async function sumLedger(db: Db, scope: Scope, from: Date): Promise<LedgerSum> {
  const begin = sql<Date>`date_trunc('hour', ${from}::timestamptz, 'UTC')`;
  const columns = sql`gateway_id, hour, stored, duplicate, rejected, items_stored, items_duplicate, items_rejected`;
  const sum = (column: string) => sql`coalesce(sum(${sql.raw(column)}), 0)::float8`;
  const { rows } = await sql<LedgerSum>`
    SELECT ${begin} AS "from", now() AS "asOf", ${sum('stored + duplicate + rejected')} AS accepted,
      ${sum('stored')} AS stored, ${sum('duplicate')} AS duplicate, ${sum('rejected')} AS rejected,
      ${sum('items_stored')} AS "itemsStored", ${sum('items_duplicate')} AS "itemsDuplicate",
      ${sum('items_rejected')} AS "itemsRejected"
    FROM (SELECT ${columns} FROM ingest_ledger UNION ALL SELECT ${columns} FROM ingest_count) AS books
    JOIN gateway ON gateway.id = books.gateway_id
    WHERE ${inScope(scope, 'gateway')} AND books.hour >= ${begin}`.execute(db);
  return rows[0] as LedgerSum;
}

/** Numbers that no worker has dealt with though it has with later ones. */
export interface MissingCounts {
  /** On their way, as far as anybody knows. */
  unseen: number;
  /** Found lost. */
  lost: number;
}

/** Over the whole life of a gateway, which must have been found within the caller's scope. */
export async function countMissing(db: Db, gateway: { readonly id: string }): Promise<MissingCounts> {
  const { rows } = await sql<MissingCounts>`
    WITH told AS (
      SELECT broker_id, range_agg(told) AS told
      FROM (
        SELECT broker_id, told FROM ingest_sequence WHERE gateway_id = ${gateway.id}
        UNION ALL SELECT broker_id, seen + voided FROM ingest_count WHERE gateway_id = ${gateway.id}
      ) AS parts GROUP BY broker_id
    ), missing AS (
      SELECT int8multirange(int8range(1, coalesce(upper(told), 1))) - told AS holes,
        coalesce((
          SELECT range_agg(numbers) FROM ingest_loss AS loss
          WHERE loss.gateway_id = ${gateway.id} AND loss.broker_id = told.broker_id
        ), '{}') AS lost
      FROM told
    )
    SELECT coalesce(sum(${sizeOf(sql`holes - lost`)}), 0) AS unseen, coalesce(sum(${sizeOf(sql`holes * lost`)}), 0) AS lost
    FROM missing`.execute(db);
  return rows[0] ?? { unseen: 0, lost: 0 };
}

/** What gateways of all customers lost, newest first, from behind `before`. For admins only. */
export async function listLosses(db: Db, { before, limit }: { before: number | undefined; limit: number }) {
  return db
    .selectFrom('ingest_loss as loss')
    .innerJoin('gateway', 'gateway.id', 'loss.gateway_id')
    .innerJoin('customer', 'customer.id', 'gateway.customer_id')
    .$if(before !== undefined, (query) => query.where('loss.id', '<', String(before)))
    .select([
      sql<number>`loss.id::float8`.as('id'),
      'loss.found_at as foundAt',
      'loss.hour',
      'loss.gateway_id as gatewayId',
      'gateway.label as gatewayLabel',
      'customer.id as customerId',
      'customer.name as customerName',
      'loss.broker_id as brokerId',
      sizeOf(sql.ref('loss.numbers')).as('lost'),
      rangesOf(sql.ref('loss.numbers')).as('numbers'),
    ])
    .orderBy('loss.id', 'desc')
    .limit(limit)
    .execute();
}
