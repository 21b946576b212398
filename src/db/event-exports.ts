import { type RawBuilder, sql } from 'kysely';
import type { Database } from './database.ts';
import { type EventKind, isOfKind } from './event-views.ts';
import { DEVICE, type ExportDevice, type ExportFilter, inOrderOfIndex, isExported } from './exports.ts';
import type { Scope } from './scope.ts';

/** An event of a device. Its time is in epoch milliseconds. */
export interface EventPosition {
  readonly deviceId: string;
  readonly at: number;
  readonly id: string;
}

export interface ExportEvent extends ExportDevice {
  readonly id: string;
  readonly gatewayId: string;
  readonly type: string;
  readonly outcome: string | null;
  readonly recordedAt: Date;
  readonly startedAt: Date | null;
  readonly receivedAt: Date;
  readonly attributes: object;
  /** What each of its sensors measured, in short. */
  readonly sensors: readonly object[];
}

/** Events by device, time and id, from behind a position. */
export async function readEventPage(
  db: Database,
  scope: Scope,
  filter: ExportFilter & EventKind,
  { after, limit }: { readonly after: EventPosition | undefined; readonly limit: number },
): Promise<ExportEvent[]> {
  const wanted = sql`${isBehind(after, '>')} AND ${isOfKind(filter)}`;
  const query = sql<ExportEvent>`
    SELECT ${DEVICE}, event.id, event.gateway_id AS "gatewayId", event.type, event.outcome, sensors, event.attributes,
      event.recorded_at AS "recordedAt", event.started_at AS "startedAt", event.received_at AS "receivedAt"
    FROM (${selectEvents(scope, filter, { after, wanted, limit })}) AS event JOIN device ON device.id = event.device_id
    CROSS JOIN LATERAL (
      SELECT coalesce(jsonb_agg(jsonb_strip_nulls(jsonb_build_object(
          'label', label, 'unit', unit, 'kind', kind, 'value', coalesce(to_jsonb(number), to_jsonb(boolean), to_jsonb(text)),
          'count', count, 'min', min, 'max', max, 'mean', mean
        )) ORDER BY position, label), '[]') AS sensors
      FROM event_sensor
      WHERE device_id = event.device_id AND event_id = event.id AND recorded_at = event.recorded_at
    ) AS measured ORDER BY event.device_id, event.recorded_at, event.id`;
  return (await inOrderOfIndex(db, (tx) => query.execute(tx))).rows;
}

/** A log of an event, and up to which of its lines, counted from 1, it is exported already; null: all of them. */
export interface LogPosition extends EventPosition {
  readonly level: string;
  readonly label: string;
  readonly line: number | null;
}

export interface ExportLog extends ExportDevice {
  readonly eventId: string;
  readonly recordedAt: Date;
  readonly level: string;
  readonly label: string;
  /** Columns of the same length. */
  readonly data: { time?: (number | null)[]; label?: (string | null)[]; content: string[] };
}

export interface LogPage {
  readonly logs: readonly ExportLog[];
  /** Where the next page begins; undefined: there is none. */
  readonly next: EventPosition | LogPosition | undefined;
}

interface LogPageOptions {
  /** The log of the position comes once more where it has lines left. */
  readonly after: EventPosition | LogPosition | undefined;
  /** Events to look at. */
  readonly events: number;
  /** Where their logs take more than this on disk, the rest is left to the next page: a log may be large. */
  readonly bytes: number;
}

/** Logs by the device, time and id of their event, then by level and label, from behind a position. */
export async function readLogPage(
  db: Database,
  scope: Scope,
  { level, ...filter }: ExportFilter & { readonly level: string | undefined },
  { after, events, bytes }: LogPageOptions,
): Promise<LogPage> {
  const inEvent = after && 'level' in after ? after : undefined;
  const wanted = isBehind(after, inEvent ? '>=' : '>');
  const keys = sql<EventPosition>`
    SELECT device_id AS "deviceId", round(date_part('epoch', recorded_at) * 1000) AS at, id
    FROM (${selectEvents(scope, filter, { after, wanted, limit: events })}) AS event`;
  const { rows: page } = await inOrderOfIndex(db, (tx) => keys.execute(tx));
  const key = sql`device_id, recorded_at, event_id, level, label`;
  const { rows } = await sql<ExportLog & { total: number }>`
    SELECT ${DEVICE}, event_id AS "eventId", recorded_at AS "recordedAt", level, log.label, data, total
    FROM (
      SELECT log.*, count(*) OVER ()::int4 AS total,
        sum(pg_column_size(data)) OVER (ORDER BY ${key}) - pg_column_size(data) AS bytes_before
      FROM unnest(
        ${page.map(({ deviceId }) => deviceId)}::uuid[], ${page.map(({ id }) => id)}::uuid[],
        ${page.map(({ at }) => new Date(at))}::timestamptz[]
      ) AS given (device_id, event_id, recorded_at) JOIN event_log AS log USING (device_id, event_id, recorded_at)
      WHERE ${level === undefined ? sql`true` : sql`level = ${level}`} AND ${inEvent ? isBehindLog(inEvent) : sql`true`}
    ) AS log JOIN device ON device.id = device_id
    WHERE bytes_before < ${bytes} ORDER BY ${key}`.execute(db);
  const last = rows.at(-1);
  if (!last || rows.length === last.total) return { logs: rows, next: page.at(-1) };
  const { deviceId, recordedAt, eventId: id } = last;
  return {
    logs: rows,
    next: { deviceId, at: recordedAt.getTime(), id, level: last.level, label: last.label, line: null },
  };
}

interface Selection {
  readonly after: EventPosition | undefined;
  readonly wanted: RawBuilder<unknown>;
  readonly limit: number;
}

/** Events by device, time and id, with all their columns: one device after the other, and of each no more than is wanted. */
function selectEvents(scope: Scope, filter: ExportFilter, { after, wanted, limit }: Selection) {
  return sql`
    SELECT event.* FROM device CROSS JOIN LATERAL (
      SELECT event.* FROM event
      WHERE event.device_id = device.id AND event.recorded_at >= ${filter.from} AND event.recorded_at < ${filter.to} AND ${wanted}
      ORDER BY event.recorded_at, event.id LIMIT ${limit}
    ) AS event
    WHERE ${isExported(scope, filter)} AND ${after ? sql`device.id >= ${after.deviceId}` : sql`true`}
    ORDER BY device.id, event.recorded_at, event.id LIMIT ${limit}`;
}

function isBehind(after: EventPosition | undefined, beyond: '>' | '>='): RawBuilder<unknown> {
  if (!after) return sql`true`;
  return sql`(event.device_id, event.recorded_at, event.id) ${sql.raw(beyond)} (${keyOf(after)})`;
}

function isBehindLog(after: LogPosition): RawBuilder<unknown> {
  const beyond = sql.raw(after.line === null ? '>' : '>=');
  return sql`(device_id, recorded_at, event_id, level, log.label) ${beyond} (${keyOf(after)}, ${after.level}, ${after.label})`;
}

function keyOf({ deviceId, at, id }: EventPosition): RawBuilder<unknown> {
  return sql`${deviceId}::uuid, ${new Date(at)}::timestamptz, ${id}::uuid`;
}
