import {
  type EventPosition,
  type ExportLog,
  type LogPosition,
  readEventPage,
  readLogPage,
} from '../../db/event-exports.ts';
import type { EventKind } from '../../db/event-views.ts';
import type { ExportFilter } from '../../db/exports.ts';
import type { Look, Writing } from './look.ts';
import { createPageWriter, type Page, type PageWriter } from './pages.ts';

/** The first three are the key of a row. */
export const EVENT_COLUMNS = [
  ...['deviceId', 'recordedAt', 'id', 'type', 'outcome', 'startedAt', 'receivedAt', 'gatewayId'],
  ...['attributes', 'sensors', 'deviceKey', 'deviceLabel'],
];

/** The first six are the key of a row. */
export const LOG_COLUMNS = [
  ...['deviceId', 'recordedAt', 'eventId', 'level', 'label', 'line', 'time', 'lineLabel', 'content'],
  ...['deviceKey', 'deviceLabel'],
];

const EVENTS_AT_ONCE = 100;
/** Logs are looked up by their size on disk, where they are packed about five to one, and sent in pages of about so many bytes. */
const LOG_BYTES_AT_ONCE = 200_000;
const PAGE_BYTES = 1_000_000;

export interface EventExport {
  readonly filter: ExportFilter & EventKind;
  readonly after: EventPosition | undefined;
}

/** Events by device, time and id. */
export async function* eventPages(look: Look, { filter, after }: EventExport, writing: Writing): AsyncGenerator<Page> {
  const { cell, row } = writing.format;
  const time = timeCell(writing);
  const paper = createPageWriter();
  for (let position = after; ; ) {
    const page = { after: position, limit: EVENTS_AT_ONCE };
    const events = await look((db, scope) => readEventPage(db, scope, filter, page));
    const last = events.at(-1);
    if (!last) return;
    for (const { deviceId, id, type, outcome, gatewayId, attributes, sensors, ...event } of events) {
      const [recordedAt, startedAt, receivedAt] = [event.recordedAt, event.startedAt, event.receivedAt].map(time);
      const cells = [
        ...[cell(deviceId), recordedAt, cell(id), cell(type), cell(outcome), startedAt, receivedAt, cell(gatewayId)],
        ...[cell(attributes), cell(sensors), cell(event.deviceKey), cell(event.deviceLabel)],
      ];
      paper.add(row(EVENT_COLUMNS, cells as string[]));
    }
    yield paper.take();
    position = { deviceId: last.deviceId, at: last.recordedAt.getTime(), id: last.id };
  }
}

export interface LogExport {
  readonly filter: ExportFilter & { readonly level: string | undefined };
  readonly after: LogPosition | undefined;
}

/** Lines of logs, by the device, time and id of their event, then by level and label, as they were sent. */
export async function* logPages(look: Look, { filter, after }: LogExport, writing: Writing): AsyncGenerator<Page> {
  const write = lineWriter(writing);
  const paper = createPageWriter();
  for (let position: EventPosition | LogPosition | undefined = after; ; ) {
    const page = { after: position, events: EVENTS_AT_ONCE, bytes: LOG_BYTES_AT_ONCE };
    const { logs, next } = await look((db, scope) => readLogPage(db, scope, filter, page));
    for (const log of logs) {
      const had = isLog(log, after) ? (after.line ?? 0) : 0;
      yield* inPages(write(log, had), paper);
    }
    const rest = paper.take();
    if (rest.rows > 0) yield rest;
    if (!next) return;
    position = next;
  }
}

function isLog(log: ExportLog, position: LogPosition | undefined): position is LogPosition {
  if (position?.deviceId !== log.deviceId || position.id !== log.eventId) return false;
  return position.level === log.level && position.label === log.label;
}

/** The lines of a log, counted from 1 as everywhere, without so many at the begin. */
function lineWriter(writing: Writing) {
  const { cell, row } = writing.format;
  const time = timeCell(writing);
  return function* write(log: ExportLog, without: number): Generator<string> {
    const { data, deviceId, eventId, level, label, deviceKey, deviceLabel } = log;
    const begin = [cell(deviceId), time(log.recordedAt), cell(eventId), cell(level), cell(label)];
    const end = [cell(deviceKey), cell(deviceLabel)];
    for (let line = without; line < data.content.length; line++) {
      const cells = [
        cell(line + 1),
        time(data.time?.[line]),
        cell(data.label?.[line] ?? null),
        cell(data.content[line]),
      ];
      yield row(LOG_COLUMNS, [...begin, ...cells, ...end]);
    }
  };
}

function* inPages(lines: Iterable<string>, paper: PageWriter): Generator<Page> {
  for (const line of lines) {
    paper.add(line);
    if (paper.size() > PAGE_BYTES) yield paper.take();
  }
}

function timeCell({ format, timeWriter }: Writing): (at: Date | number | null | undefined) => string {
  const write = timeWriter();
  return (at) => (at === null || at === undefined ? format.cell(null) : format.plain(write(Number(at))));
}
