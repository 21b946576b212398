import { type RawBuilder, sql } from 'kysely';
import type { RefusalCode } from '../errors.ts';
import type { Db } from './database.ts';

/*
 * What live streams are fed from: for what somebody watches, every batch notes what it stored (docs/decisions/0013). A topic is
 * the id of a device, or of a gateway for what was refused.
 */

/** How long what was noted is kept, and a topic is noted after its last stream ended, at least: so long a stream may be away. */
const KEPT = sql`interval '15 minutes'`;
/** Longer, so that it need not be written down all the time. */
const WATCHED = sql`interval '20 minutes'`;
/** A stream that was away for longer cannot be sure of finding all: a batch may take a while to commit what it noted. */
const RESUMABLE = sql`interval '14 minutes'`;

/** Readings of a device in one batch: the ids of sensors, times in epoch milliseconds. Booleans are 0 and 1. */
export type LiveReadings = readonly (readonly [
  sensorId: number,
  recordedAt: number,
  value: number | string,
  receivedAt: number,
])[];

/** An event that got something new. Times are epoch milliseconds. */
export interface LiveEvent {
  readonly id: string;
  readonly type: string;
  readonly outcome: string | null;
  readonly recordedAt: number;
}

export interface LiveDeadLetter {
  readonly code: RefusalCode;
  readonly detail: string;
  readonly deviceKey: string | null;
  readonly ref: string | null;
  readonly seen: number;
}

export type LiveBody =
  | { readonly kind: 'readings'; readonly body: LiveReadings }
  | { readonly kind: 'event'; readonly body: LiveEvent }
  | { readonly kind: 'dead-letter'; readonly body: LiveDeadLetter };

/** What a batch notes about a topic. */
export type LiveItem = LiveBody & { readonly topic: string };

/** Selects those of these topics that somebody watches. */
export function watchedTopics(topics: readonly string[]): RawBuilder<unknown> {
  return sql`SELECT topic::text FROM live_interest WHERE topic = ANY (${topics}::uuid[]) AND until > now()`;
}

export async function appendLive(tx: Db, items: readonly LiveItem[]): Promise<void> {
  if (items.length === 0) return;
  await sql`
    INSERT INTO live_item (topic, kind, body)
    SELECT topic, kind, body FROM unnest(
      ${items.map(({ topic }) => topic)}::uuid[], ${items.map(({ kind }) => kind)}::text[],
      ${items.map(({ body }) => JSON.stringify(body))}::jsonb[]
    ) AS item (topic, kind, body)`.execute(tx);
}

/**
 * Has these topics noted from now on, and says when that is, by the database's clock in epoch milliseconds. To be repeated while
 * they are watched; writes only each few minutes.
 */
export async function watchTopics(db: Db, topics: readonly string[]): Promise<number> {
  const sorted = [...topics].sort();
  const { rows } = await sql<{ at: number }>`
    WITH noted AS (
      INSERT INTO live_interest AS known (topic, since, until)
      SELECT topic, now(), now() + ${WATCHED} FROM unnest(${sorted}::uuid[]) AS wanted (topic)
      ON CONFLICT (topic) DO UPDATE SET
        since = CASE WHEN known.until < now() THEN now() ELSE known.since END, until = excluded.until
      WHERE known.until < now() + ${KEPT}
    )
    SELECT ceil(1000 * extract(epoch FROM now()))::float8 AS at`.execute(db);
  return rows[0]?.at as number;
}

/** Transactions that have claimed a batch and are not over: each holds the lock of the table that it claimed it in. */
const UNDER_WAY = sql`
  SELECT virtualtransaction FROM pg_locks
  WHERE locktype = 'relation' AND relation = 'ingest_batch'::regclass AND mode = 'RowExclusiveLock'
    AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`;

/**
 * The batches that are being stored. They may have looked when a topic was not watched yet: a stream begins when these are
 * over. Others look while they hold the lock already, and see it.
 */
export async function listBatchesUnderWay(db: Db): Promise<string[]> {
  const { rows } = await sql<{ virtualtransaction: string }>`${UNDER_WAY}`.execute(db);
  return rows.map(({ virtualtransaction }) => virtualtransaction);
}

/** Where a stream is: it knows all that a snapshot shows, and may be on its way through what a later one shows. */
export interface LivePosition {
  /** When, by the database's clock in epoch milliseconds, it knew all that `seen` shows. */
  readonly at: number;
  /** A `pg_snapshot` as text. */
  readonly seen: string;
  /** The later snapshot, and the last item that was taken of it. */
  readonly within?: { readonly upTo: string; readonly xid: string; readonly seq: string };
}

/** One that wants to go on from its position, or to begin behind batches that are under way. */
export interface LiveReader {
  readonly topics: readonly string[];
  readonly position: LivePosition | { readonly behind: readonly string[] };
}

export interface LiveNews {
  /** Null while it cannot begin yet. */
  readonly position: LivePosition | null;
  /** From when on it may have missed something, since nobody noted it or that is gone. Null where it missed nothing. */
  readonly gapSince: Date | null;
  /** In an order that is always the same. Each with the position behind it. */
  readonly items: readonly (LiveItem & { readonly position: LivePosition })[];
  /** Whether more is waiting. */
  readonly isMore: boolean;
}

interface Row {
  reader: number;
  snapshot: string;
  at: number;
  isBehind: boolean;
  misses: boolean;
  topic: string | null;
  xid: string;
  seq: string;
  kind: LiveItem['kind'];
  body: unknown;
}

/**
 * What came since the positions of these readers, at most `limit` items for each, as of one moment. Transactions commit in
 * another order than they begin in, so that a position is no number, but what a snapshot shows.
 */
export async function readLive(db: Db, readers: readonly LiveReader[], limit: number): Promise<LiveNews[]> {
  const asked = readers.map(({ topics, position }, reader) => {
    if ('behind' in position) return { reader, topics, behind: position.behind };
    const { at, seen, within } = position;
    return { reader, topics, ms: at, seen, up_to: within?.upTo, xid: within?.xid, seq: within?.seq };
  });
  const { rows } = await sql<Row>`
    SELECT asked.reader, now.snapshot::text, now.at::float8, item.*, item.xid::text, item.seq::text,
      behind IS NOT NULL AND NOT behind && ARRAY(${UNDER_WAY}) AS "isBehind",
      behind IS NULL AND (
        since.at < now() - ${RESUMABLE} OR pg_snapshot_xmax(seen) > pg_snapshot_xmax(now.snapshot)
        OR (
          SELECT count(*) < cardinality(topics) FROM live_interest AS known
          WHERE known.topic = ANY(topics) AND known.since <= since.at AND known.until > now()
        )
      ) AS misses
    FROM jsonb_to_recordset(${JSON.stringify(asked)}) AS asked (
        reader int, topics uuid[], behind text[], ms float8, seen pg_snapshot, up_to pg_snapshot, xid xid8, seq int8
      )
      CROSS JOIN LATERAL (SELECT to_timestamp(ms / 1000) AS at) AS since
      CROSS JOIN (
        SELECT pg_current_snapshot() AS snapshot, floor(1000 * extract(epoch FROM clock_timestamp())) AS at
      ) AS now
      LEFT JOIN LATERAL (
        SELECT topic, live_item.xid, live_item.seq, kind, body FROM live_item
        WHERE topic = ANY(topics) AND live_item.xid >= pg_snapshot_xmin(seen)
          AND NOT pg_visible_in_snapshot(live_item.xid, seen)
          AND (up_to IS NULL OR pg_visible_in_snapshot(live_item.xid, up_to))
          AND (asked.xid IS NULL OR (live_item.xid, live_item.seq) > (asked.xid, asked.seq))
        ORDER BY live_item.xid, live_item.seq LIMIT ${limit + 1}
      ) AS item ON true
    ORDER BY asked.reader, item.xid, item.seq`.execute(db);
  const found = new Map<number, Row[]>();
  for (const row of rows) {
    const own = found.get(row.reader);
    if (own) own.push(row);
    else found.set(row.reader, [row]);
  }
  return readers.map((reader, index) => toNews(reader, found.get(index) as Row[], limit));
}

function toNews({ position }: LiveReader, rows: readonly Row[], limit: number): LiveNews {
  const [{ snapshot, at, isBehind, misses }] = rows as [Row];
  const nothing = { gapSince: null, items: [], isMore: false };
  if ('behind' in position) return { ...nothing, position: isBehind ? { at, seen: snapshot } : null };
  if (misses) return { ...nothing, position: null, gapSince: new Date(position.at) };
  const taken = rows.filter(({ topic }) => topic !== null).slice(0, limit);
  const isMore = rows.length > limit;
  const { at: since, seen, within } = position;
  const upTo = within?.upTo ?? snapshot;
  // All of an older snapshot that was on its way is known as of then, which nobody noted: the time of the last is early enough.
  const whole: LivePosition = { at: within ? since : at, seen: upTo };
  const items = taken.map(({ topic, kind, body, xid, seq }, index) => {
    const isLast = index === taken.length - 1 && !isMore;
    return {
      topic,
      kind,
      body,
      position: isLast ? whole : { at: since, seen, within: { upTo, xid, seq } },
    } as LiveNews['items'][number];
  });
  return { position: items.at(-1)?.position ?? whole, gapSince: null, items, isMore: isMore || within !== undefined };
}

/** Deletes up to `limit` items that nobody can resume from, and topics that nobody watches; says how many items. */
export async function expireLive(db: Db, limit: number): Promise<number> {
  await sql`DELETE FROM live_interest WHERE until < now() - ${KEPT}`.execute(db);
  const { numAffectedRows } = await sql`
    DELETE FROM live_item WHERE ctid = ANY (ARRAY(SELECT ctid FROM live_item WHERE at < now() - ${KEPT} LIMIT ${limit}))
    `.execute(db);
  return Number(numAffectedRows);
}
