import { type RawBuilder, sql } from 'kysely';
import type { BrokerSettings } from '../config.ts';
import type { Db } from './database.ts';
import { type Amount, addAmounts, measureOldPartitions, NOTHING } from './old-partitions.ts';
import { type PartitionedTable, spanAround } from './partitions.ts';

/** The kinds of data that have a period of their own. */
export type Kept = keyof BrokerSettings['retentionDays'];

/** Rows that go one by one: the ctids of those of a table that are older than a time. */
interface OldRows {
  readonly table: string;
  readonly find: (before: Date) => RawBuilder<unknown>;
}

interface Rule {
  /** Tables whose partitions go as a whole. */
  readonly partitioned: readonly PartitionedTable[];
  readonly rows: readonly OldRows[];
}

const rowsOf = (table: string, isOld: (before: Date) => RawBuilder<unknown>): OldRows => ({
  table,
  find: (before) => sql`SELECT ctid FROM ${sql.table(table)} WHERE ${isOld(before)}`,
});

/** The least id of this time. Ids are made in the order of time, so that a primary key finds the old ones. */
const firstId = (time: Date) => `${time.getTime().toString(16).padStart(12, '0')}${'0'.repeat(20)}`;

/** Device by device, since the index of events begins with the device. */
const OLD_EVENTS: OldRows = {
  table: 'event',
  find: (before) => sql`
    SELECT event.ctid FROM device CROSS JOIN LATERAL (
      SELECT ctid FROM event WHERE device_id = device.id AND recorded_at < ${before} ORDER BY recorded_at OFFSET 0
    ) AS event`,
};

/** All hours of a broker process together: a hole in the numbers that it gave would look like a loss. */
const OLD_BOOKS = rowsOf(
  'ingest_ledger',
  (before) => sql`hour < ${before} AND NOT EXISTS (
    SELECT FROM ingest_ledger AS newer
    WHERE newer.gateway_id = ingest_ledger.gateway_id AND newer.broker_id = ingest_ledger.broker_id AND newer.hour >= ${before}
  )`,
);

/** What a broker process told goes with its books; both are written together. */
const OLD_SEQUENCES = rowsOf(
  'ingest_sequence',
  () => sql`NOT EXISTS (
    SELECT FROM ingest_ledger AS books
    WHERE books.gateway_id = ingest_sequence.gateway_id AND books.broker_id = ingest_sequence.broker_id
  )`,
);

const RULES: Readonly<Record<Kept, Rule>> = {
  readings: { partitioned: ['reading', 'reading_text'], rows: [] },
  // Their heads first, so that no event is shown without its parts.
  events: { partitioned: ['event_sensor', 'event_log', 'event_setting'], rows: [OLD_EVENTS] },
  logs: { partitioned: ['event_log'], rows: [] },
  rollups: {
    partitioned: ['rollup_minute', 'rollup_hour'],
    rows: [rowsOf('rollup_day', (before) => sql`bucket < ${before}`)],
  },
  deadLetters: {
    partitioned: [],
    rows: [rowsOf('dead_letter', (before) => sql`id < ${firstId(before)}::uuid AND last_received_at < ${before}`)],
  },
  audit: {
    partitioned: [],
    rows: [rowsOf('audit_entry', (before) => sql`id < ${firstId(before)}::uuid AND at < ${before}`)],
  },
  sessions: {
    partitioned: [],
    rows: [
      rowsOf('session', (before) => sql`least(revoked_at, expires_at) < ${before}`),
      rowsOf('refresh_token', (before) => sql`used_at < ${before}`),
      rowsOf('enrolment', (before) => sql`expires_at < ${before}`),
      rowsOf('password_reset', (before) => sql`expires_at < ${before}`),
    ],
  },
  ledger: {
    partitioned: [],
    rows: [OLD_BOOKS, OLD_SEQUENCES, rowsOf('ingest_loss', (before) => sql`found_at < ${before}`)],
  },
  connectivity: {
    partitioned: [],
    rows: [rowsOf('gateway_presence_period', (before) => sql`offline_since < ${before}`)],
  },
  receipts: { partitioned: [], rows: [rowsOf('receipt', (before) => sql`committed_at < ${before}`)] },
  warnings: { partitioned: [], rows: [rowsOf('payload_warning', (before) => sql`last_seen_at < ${before}`)] },
  batches: { partitioned: [], rows: [rowsOf('ingest_batch', (before) => sql`committed_at < ${before}`)] },
};
export const KEPT = Object.keys(RULES) as Kept[];

const DAY = 86_400_000;

/**
 * Partitions that go are a day older than what is refused as too old: so nothing comes for one that is gone, though it waited
 * long for its transaction, or two clocks disagree.
 */
const MARGIN_MS = DAY;

export type RetentionSettings = Pick<BrokerSettings, 'retentionDays' | 'partitionSpan'>;

/** Data of this kind from before this time goes, in epoch milliseconds; undefined: all stays. Heads of events go with their partitions. */
export function goesBefore(
  kept: Kept,
  { retentionDays, partitionSpan }: RetentionSettings,
  now: number,
): number | undefined {
  const days = retentionDays[kept];
  if (days === null) return undefined;
  const time = now - days * DAY - (RULES[kept].partitioned.length > 0 ? MARGIN_MS : 0);
  if (kept === 'events') return spanAround(time, partitionSpan)[0];
  return kept === 'rollups' ? spanAround(time, 'day')[0] : time;
}

/** What would go now. */
export async function measureOld(db: Db, kept: Kept, before: number): Promise<Amount> {
  const { partitioned, rows } = RULES[kept];
  let sum = NOTHING;
  for (const table of partitioned) sum = addAmounts(sum, await measureOldPartitions(db, table, before));
  for (const old of rows) sum = addAmounts(sum, await measureRows(db, old, before));
  return sum;
}

/** Counted up to this many, so that looking never takes long. */
const COUNTED = 1_000_000;

/** Bytes by the average of all rows of the table. */
async function measureRows(db: Db, { table, find }: OldRows, before: number): Promise<Amount> {
  const { rows } = await sql<Amount>`
    SELECT 0 AS partitions, count::float8 AS rows,
      round(count * pg_total_relation_size(oid) / greatest(reltuples, count, 1))::float8 AS bytes
    FROM pg_class, (SELECT count(*) FROM (${find(new Date(before))} LIMIT ${COUNTED}) AS old) AS old
    WHERE oid = ${table}::regclass`.execute(db);
  return rows[0] ?? NOTHING;
}

/** Tables of a kind whose partitions go, each as a whole. */
export function partitionedTablesOf(kept: Kept): readonly PartitionedTable[] {
  return RULES[kept].partitioned;
}

/** Deletes so many rows of a kind at most, and says how many; 0 when nothing is left, or nothing that nobody else holds. */
export async function deleteOldRows(db: Db, kept: Kept, before: number, limit: number): Promise<number> {
  for (const { table, find } of RULES[kept].rows) {
    const { numAffectedRows = 0n } = await sql`
      DELETE FROM ${sql.table(table)} WHERE ctid = ANY (ARRAY(
        ${find(new Date(before))} LIMIT ${limit} FOR UPDATE SKIP LOCKED
      ))`.execute(db);
    if (numAffectedRows > 0n) return Number(numAffectedRows);
  }
  return 0;
}
