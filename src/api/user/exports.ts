import { Type } from 'typebox';
import type { App } from '../app.ts';
import { EVENT_COLUMNS, eventPages, LOG_COLUMNS, logPages } from '../exports/events.ts';
import { READING_COLUMNS, readingPages } from '../exports/readings.ts';
import { failures } from '../problems.ts';
import { closed, text } from '../schemas.ts';
import { kindQuery, splitAttribute } from './event-schemas.ts';
import { createAnswer, exportQuery, exportRoute } from './export-answers.ts';
import { eventPosition, logPosition, readingPosition } from './export-positions.ts';
import type { UserRouteOptions } from './options.ts';

const after = (key: readonly string[]) =>
  Type.Optional(
    text(8_192, {
      description: `To go on where an earlier export broke off: the last row that you have whole, as CSV, of which the first ${key.length} cells are enough (${key.join(',')}). Leave the other parameters as they were.`,
    }),
  );

const response = (what: string): object => ({
  200: {
    description: `${what}. A body that is not whole breaks off. The trailers X-Export-Complete and X-Export-Rows, and the last line of NDJSON, say that it is, and how many rows it has.`,
    headers: { 'Content-Disposition': { type: 'string', description: 'The name of its file.' } },
    content: { 'text/csv': { schema: Type.String() }, 'application/x-ndjson': { schema: Type.String() } },
  },
  ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND', 'RATE_LIMITED'),
});

const PROMISE =
  'Of all your devices but those that are pending, or of those that you name, whatever their state. However much it is, it comes in one answer, as fast as it is read. What arrives meanwhile moves nothing and stands in it once or not at all.';

export function exports(app: App, options: UserRouteOptions): void {
  const answer = createAnswer(options);

  const readings = {
    summary: 'Export readings',
    description: `Readings of many sensors: by device and label, then by time. ${PROMISE}`,
    tags: ['exports'],
    querystring: closed({
      ...exportQuery,
      label: Type.Optional(
        Type.Array(text(128), { maxItems: 200, description: 'Only sensors with these labels. May be repeated.' }),
      ),
      after: after(READING_COLUMNS.slice(0, 3)),
    }),
    response: response('The readings'),
  };
  app.get('/readings/export', { ...exportRoute, schema: readings }, async (request, reply) => {
    const { label: labels } = request.query;
    const position = readingPosition(request.query);
    return answer(request, reply, request.query, {
      ...{ name: 'readings', columns: READING_COLUMNS },
      pages: (look, filter, writing) => readingPages(look, { filter: { ...filter, labels }, after: position }, writing),
    });
  });

  const events = {
    summary: 'Export events',
    description: `Events with their attributes and what their sensors measured in short: by device, time and id. ${PROMISE}`,
    tags: ['exports'],
    querystring: closed({
      ...exportQuery,
      ...kindQuery,
      after: after(EVENT_COLUMNS.slice(0, 3)),
    }),
    response: response('The events'),
  };
  app.get('/events/export', { ...exportRoute, schema: events }, async (request, reply) => {
    const { type, outcome, attribute = [] } = request.query;
    const kind = { type, outcome, attributes: attribute.map(splitAttribute) };
    const position = eventPosition(request.query);
    return answer(request, reply, request.query, {
      ...{ name: 'events', columns: EVENT_COLUMNS },
      pages: (look, filter, writing) => eventPages(look, { filter: { ...filter, ...kind }, after: position }, writing),
    });
  });

  const logs = {
    summary: 'Export logs',
    description: `Logs of events, line by line: by device, time and id of their event, then by level and label. ${PROMISE}`,
    tags: ['exports'],
    querystring: closed({
      ...exportQuery,
      level: Type.Optional(Type.Enum(['error', 'debug', 'build'], { description: 'Only logs of this level.' })),
      after: after(LOG_COLUMNS.slice(0, 6)),
    }),
    response: response('The lines'),
  };
  app.get('/logs/export', { ...exportRoute, schema: logs }, async (request, reply) => {
    const { level } = request.query;
    const position = logPosition(request.query);
    return answer(request, reply, request.query, {
      ...{ name: 'logs', columns: LOG_COLUMNS },
      pages: (look, filter, writing) => logPages(look, { filter: { ...filter, level }, after: position }, writing),
    });
  });
}
