import { sql } from 'kysely';
import { numericArray } from './arrays.ts';
import type { Db } from './database.ts';
import { eventsOfDevice, type Order } from './event-views.ts';
import { hasFewDevices, inPlace, type Place } from './places.ts';
import type { Scope } from './scope.ts';

/** What one search looks at before it hands on to the next: so many events, and so many bytes of logs as they are stored. */
const MAX_EVENTS = 500;
const MAX_BYTES = 4 * 1024 * 1024;
/** Longer entries are cut. */
const MAX_CHARACTERS = 4_000;
const LAST_LINE = 2 ** 31 - 1;

export type LogLevel = 'error' | 'debug' | 'build';

/** How far a search came: behind this line of this log of this event. Lines count from 1. */
export interface LogPosition {
  readonly recordedAt: Date;
  readonly deviceId: string;
  readonly eventId: string;
  readonly level: string;
  readonly log: string;
  readonly line: number;
}

export interface LogFilter {
  /** Of events. Inclusive. */
  readonly from: Date;
  /** Exclusive. */
  readonly to: Date;
  readonly levels: readonly LogLevel[] | undefined;
  /** What a line must have in it, in upper or lower case. */
  readonly text: string | undefined;
  /** Of events; lines come in the order they were sent. */
  readonly order: Order;
  readonly after: LogPosition | undefined;
  readonly limit: number;
}

/**
 * Lines of the logs of events of a place. It looks at a bounded amount, and may come back with few lines or none and with
 * where to go on; without that, everything was searched.
 */
export async function searchLogs(db: Db, scope: Scope, place: Place, filter: LogFilter) {
  const events = await listSearched(db, scope, place, filter);
  const logs = await listLogs(db, events.slice(0, MAX_EVENTS), filter);
  const picked = pickLogs(logs);
  const lines = await listLines(db, picked, filter);
  const items = lines.slice(0, filter.limit);
  return { items, next: nextOf() };

  function nextOf(): LogPosition | undefined {
    const [lastLine, lastLog, nextEvent] = [items.at(-1), picked.at(-1), events[MAX_EVENTS]];
    if (lines.length > filter.limit && lastLine) return lastLine;
    if (picked.length < logs.length && lastLog) return { ...lastLog, line: LAST_LINE };
    return nextEvent && { ...nextEvent, level: '', log: '', line: 0 };
  }
}

/** The events to search, and one more if there is; the first is the one in which the last search ended. */
async function listSearched(db: Db, scope: Scope, place: Place, { from, to, order, after }: LogFilter) {
  const limit = MAX_EVENTS + 1;
  const position = after && { ...after, id: after.eventId };
  const page = { isFew: await hasFewDevices(db, scope, place), order, after: position, isInclusive: true, limit };
  return db
    .selectFrom('device')
    .innerJoin('office', 'office.id', 'device.office_id')
    .innerJoinLateral(
      (of) =>
        eventsOfDevice(of.selectFrom('event'), page)
          .where('event.recorded_at', '>=', from)
          .where('event.recorded_at', '<', to)
          .select(['event.recorded_at', 'event.device_id', 'event.id'])
          .as('event'),
      (join) => join.onTrue(),
    )
    .where(inPlace(scope, place))
    .select(['event.recorded_at as recordedAt', 'event.device_id as deviceId', 'event.id as eventId'])
    .select(['device.label as deviceLabel', 'office.id as officeId', 'office.time_zone as timeZone'])
    .orderBy('event.recorded_at', order)
    .orderBy('event.device_id', order)
    .orderBy('event.id', order)
    .limit(limit)
    .execute();
}

type Searched = Awaited<ReturnType<typeof listSearched>>[number];
type FoundLog = Searched & { readonly level: LogLevel; readonly log: string; readonly bytes: number };

/** The logs of these events that were not searched yet, each with what it takes to read it. */
async function listLogs(db: Db, events: readonly Searched[], { levels, after }: LogFilter): Promise<FoundLog[]> {
  if (events.length === 0) return [];
  const { rows } = await sql<{ place: number; level: LogLevel; log: string; bytes: number }>`
    SELECT place::int4 - 1 AS place, log.level, log.label AS log, pg_column_size(log.data) AS bytes
    FROM ${unnestPlaces(events)}
    JOIN event_log AS log ON log.device_id = event.device_id AND log.event_id = event.id
      AND log.recorded_at = to_timestamp(event.ms / 1000)
    WHERE ${withinTimes(events)} ${levels === undefined ? sql`` : sql`AND log.level = ANY (${levels}::text[])`}`.execute(
    db,
  );
  rows.sort((a, b) => a.place - b.place || compare(a.level, b.level) || compare(a.log, b.log));
  const found = rows.map(({ place, ...log }) => ({ ...(events[place] as Searched), ...log }));
  if (!after) return found;
  return found.filter(
    ({ deviceId, eventId, level, log }) =>
      deviceId !== after.deviceId ||
      eventId !== after.eventId ||
      (compare(level, after.level) || compare(log, after.log)) >= 0,
  );
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** As many as may be read at once, and one at least. */
function pickLogs(logs: readonly FoundLog[]): FoundLog[] {
  let bytes = 0;
  const end = logs.findIndex((log, index) => {
    bytes += log.bytes;
    return index > 0 && bytes > MAX_BYTES;
  });
  return logs.slice(0, end < 0 ? logs.length : end);
}

/** Lines of these logs, and one more than is wanted if there is. */
async function listLines(db: Db, logs: readonly FoundLog[], { text, after, limit }: LogFilter) {
  if (logs.length === 0) return [];
  const [first] = logs;
  const isGoingOn = first?.eventId === after?.eventId && first?.level === after?.level && first?.log === after?.log;
  const pattern = text && `%${text.replace(/[\\%_]/g, '\\$&')}%`;
  const { rows } = await sql<{
    place: number;
    line: number;
    time: number | null;
    label: string | null;
    content: string;
    isCut: boolean;
  }>`
    SELECT place::int4 - 1 AS place, line.line::int4 AS line, line.time::float8 AS time, line.label,
      left(line.content, ${MAX_CHARACTERS}::int4) AS content, length(line.content) > ${MAX_CHARACTERS} AS "isCut"
    FROM ${unnestPlaces(logs)}
    JOIN unnest(${logs.map(({ level }) => level)}::text[], ${logs.map(({ log }) => log)}::text[])
      WITH ORDINALITY AS name (level, label, place) USING (place)
    JOIN event_log AS log ON log.device_id = event.device_id AND log.event_id = event.id
      AND log.recorded_at = to_timestamp(event.ms / 1000) AND log.level = name.level AND log.label = name.label,
    ROWS FROM (
      jsonb_array_elements_text(log.data -> 'content'), jsonb_array_elements_text(log.data -> 'time'),
      jsonb_array_elements_text(log.data -> 'label')
    ) WITH ORDINALITY AS line (content, time, label, line)
    WHERE ${withinTimes(logs)} AND (place > 1 OR line.line > ${isGoingOn && after ? after.line : 0})
      ${pattern === undefined ? sql`` : sql`AND line.content ILIKE ${pattern}`}
    ORDER BY place, line.line LIMIT ${limit + 1}`.execute(db);
  return rows.map(({ place, time, ...line }) => {
    const { bytes, ...log } = logs[place] as FoundLog;
    return { ...log, ...line, time: time === null ? null : new Date(time) };
  });
}

function unnestPlaces(events: readonly Searched[]) {
  return sql`
    unnest(
      ${events.map(({ deviceId }) => deviceId)}::uuid[], ${events.map(({ eventId }) => eventId)}::uuid[],
      ${numericArray(events.map(({ recordedAt }) => recordedAt.getTime()))}::float8[]
    ) WITH ORDINALITY AS event (device_id, id, ms, place)`;
}

/** So that other partitions are not touched. */
function withinTimes(events: readonly Searched[]) {
  const times = events.map(({ recordedAt }) => recordedAt.getTime());
  return sql`log.recorded_at >= ${new Date(Math.min(...times))} AND log.recorded_at <= ${new Date(Math.max(...times))}`;
}
