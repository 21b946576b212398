import { type Static, Type } from 'typebox';
import { type LogPosition, searchLogs } from '../../db/log-views.ts';
import type { App } from '../app.ts';
import { createCursor, Instant } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time, text } from '../schemas.ts';
import { DAY_MS, readSpan, spanInCursor, timeRangeQuery, writeSpan } from '../time-range.ts';
import { OfficeTimeZone } from '../time-zone.ts';
import { LogLevel, order } from './event-schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { PLACE, placeQuery, readPlace } from './place.ts';

const SPAN_MS = 30 * DAY_MS;

const Lines = closed(
  {
    ...page(
      closed({
        deviceId: Id,
        deviceLabel: nullable(Type.String({ examples: ['Printer by the window'] })),
        officeId: Id,
        timeZone: OfficeTimeZone,
        eventId: Id,
        recordedAt: { ...Time, description: 'When the event happened or ended.' },
        level: LogLevel,
        log: Type.String({ description: 'Which log of the event.', examples: ['build log'] }),
        line: Type.Integer({ minimum: 1, description: 'Which line of it.' }),
        time: nullable({ ...Time, description: 'Of the line; null where its gateway sent none.' }),
        label: nullable(Type.String({ description: 'Of the line; null where its gateway sent none.' })),
        content: Type.String({ examples: ['Error: resin tank empty'] }),
        isCut: Type.Boolean({ description: 'Whether the line is longer than it is shown; the event has all of it.' }),
      }),
    ),
    nextCursor: nullable(
      Type.String({
        description:
          'Leads on; null when everything was searched. A page may have few lines or none and lead on all the same.',
      }),
    ),
  },
  { description: 'A page of lines.' },
);

/** How far a search came, in a span that does not move from page to page. */
const Position = closed({
  ...spanInCursor,
  ...{ at: Instant, device: Id, event: Id },
  ...{ level: Type.String({ maxLength: 8 }), log: Type.String({ maxLength: 128 }) },
  line: Type.Integer({ minimum: 0, maximum: 2 ** 31 - 1 }),
});
const cursor = createCursor(Position);

export function logs(app: App, { db, reader, clock, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'Search logs',
    description: `Lines of the logs of events, of all devices ${PLACE}: events newest first, or oldest first, and the lines of each in the order they were sent. A page searches a bounded amount of logs: go on until \`nextCursor\` is null.`,
    tags: ['devices'],
    querystring: closed({
      ...placeQuery,
      level: Type.Optional(
        Type.Array(LogLevel, { maxItems: 3, uniqueItems: true, description: 'Only this level. May be repeated.' }),
      ),
      text: Type.Optional(text(200, { description: 'Only lines with this in them, in upper or lower case.' })),
      ...timeRangeQuery('30 days'),
      order: order('Of the events: oldest first, or newest first.'),
      ...pageQuery({ maximum: 1_000, fallback: 200 }),
    }),
    response: { 200: Lines, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/logs', { config: { access: 'viewer' }, schema }, async (request) => {
    const { level: levels, text, order, limit, cursor: given } = request.query;
    const position = given === undefined ? undefined : cursor.decode(given);
    const span = readSpan(position, request.query, clock(), SPAN_MS);
    const user = caller(request);
    const place = await readPlace(db, user, request.query);
    const asked = { ...span, levels, text, order, after: position && readPosition(position), limit };
    const { items, next } = await searchLogs(reader, user.scope, place, asked);
    return { items, nextCursor: next ? cursor.encode({ ...writeSpan(span), ...writePosition(next) }) : null };
  });
}

function readPosition({ at, device, event, level, log, line }: Static<typeof Position>): LogPosition {
  return { recordedAt: new Date(at), deviceId: device, eventId: event, level, log, line };
}

function writePosition({ recordedAt, deviceId, eventId, level, log, line }: LogPosition) {
  return { at: recordedAt.getTime(), device: deviceId, event: eventId, level, log, line };
}
