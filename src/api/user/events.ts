import { Type } from 'typebox';
import { findEvent, listEvents } from '../../db/event-views.ts';
import { StepCloudError } from '../../errors.ts';
import { unpackNumbers } from '../../messages/packed-numbers.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, nullable, page, pageQuery, Time, text } from '../schemas.ts';
import { DAY_MS, readTimeRange, timeRangeQuery } from '../time-range.ts';
import type { UserRouteOptions } from './options.ts';
import { requireDevice } from './visible.ts';

const SPAN_MS = 30 * DAY_MS;

const Outcome = Type.Enum(['ok', 'failed', 'aborted']);
const Unit = nullable(
  Type.String({ description: 'As its gateway sent it; null where it sent none.', examples: ['kg'] }),
);
const Numbers = Type.Array(Type.Number());
const scalar = { type: ['number', 'boolean', 'string'] };
/** With names of the gateway's choice. */
const Attributes = Type.Unsafe<Record<string, number | boolean | string>>({
  type: 'object',
  additionalProperties: scalar,
  description: 'What its gateway says about the event: job, lot, operator ...',
  examples: [{ job: 'J-17', layers: 129 }],
});

const headProperties = {
  id: Id,
  gatewayId: Id,
  type: Type.String({ description: 'performed_task, settings_changes or another one.', examples: ['performed_task'] }),
  outcome: Type.Unsafe<'ok' | 'failed' | 'aborted' | null>({
    type: ['string', 'null'],
    enum: ['ok', 'failed', 'aborted', null],
  }),
  recordedAt: { ...Time, description: 'When it happened or ended, by the clock of its gateway.' },
  startedAt: nullable({ ...Time, description: 'When it began; null where its gateway did not say.' }),
  receivedAt: { ...Time, description: 'When it reached the broker.' },
  attributes: Attributes,
};

const inUnit = (description: string) =>
  Type.Optional(
    nullable(Type.Number({ description: `${description}, in the unit of the sensor; null without values.` })),
  );

const summaryProperties = {
  label: Type.String({ examples: ['separation weight'] }),
  unit: Unit,
  kind: Type.Enum(['singular', 'timeseries'], { description: 'Whether it has one value or a series.' }),
  visualization: Type.Enum(['default', 'scatter', 'line', 'bar'], { description: 'How to draw it.' }),
  value: Type.Optional(
    Type.Unsafe<number | boolean | string | null>({ ...scalar, description: 'In its unit; singular sensors only.' }),
  ),
  count: Type.Optional(Type.Integer({ description: 'How many values the series has; so with min, max and mean.' })),
  min: inUnit('The least value'),
  max: inUnit('The greatest value'),
  mean: inUnit('The mean of the values, each counted alike'),
};

const Summary = closed({ ...headProperties, sensors: Type.Array(closed(summaryProperties)) });

const Detail = closed(
  {
    ...headProperties,
    sensors: Type.Array(
      closed({
        ...summaryProperties,
        ts: Type.Optional(
          Type.Array(Type.Integer(), { description: 'When each value was measured, in epoch milliseconds (UTC).' }),
        ),
        values: Type.Optional(Type.Array(Type.Number(), { description: 'In the unit of the sensor.' })),
        x: Type.Optional(
          closed(
            { label: Type.String({ examples: ['layer'] }), unit: Unit, values: Numbers },
            { description: 'What to draw the values over, one for each, where that is not time.' },
          ),
        ),
      }),
    ),
    logs: Type.Array(
      closed({
        label: Type.String({ examples: ['build log'] }),
        level: Type.Enum(['error', 'debug', 'build']),
        data: closed(
          {
            time: Type.Optional(
              Type.Array(nullable(Type.Integer()), { description: 'Of each entry, in epoch milliseconds (UTC).' }),
            ),
            label: Type.Optional(Type.Array(nullable(Type.String()), { description: 'Of each entry.' })),
            content: Type.Array(Type.String(), { description: 'The entries, in the order they were sent.' }),
          },
          { description: 'Columns of the same length; time and label where the gateway sent them.' },
        ),
      }),
    ),
    settings: Type.Array(
      closed({
        label: Type.String({ examples: ['print settings'] }),
        data: Type.Unknown({ description: 'Any JSON.' }),
      }),
    ),
  },
  { description: 'The event.' },
);

/** Where a page ends: with this event, in a span that does not move from page to page. Times are epoch milliseconds. */
const instant = Type.Integer({ minimum: Date.UTC(-1, 0), maximum: Date.UTC(10_001, 0) });
const cursor = createCursor(closed({ from: instant, to: instant, at: instant, id: Id }));

export function events(app: App, { db, clock, caller }: UserRouteOptions): void {
  const list = {
    summary: 'Events of a device',
    description:
      'What a device did, by the time it was recorded, with what its sensors measured in short. All conditions must hold.',
    tags: ['devices'],
    params: closed({ deviceId: Id }),
    querystring: closed({
      ...timeRangeQuery('30 days'),
      type: Type.Optional(text(128, { description: 'Only events of this type.', examples: ['performed_task'] })),
      outcome: Type.Optional({ ...Outcome, description: 'Only events with this outcome.' }),
      attribute: Type.Optional(
        Type.Array(text(1024, { pattern: '^[^:\\u0000]+:[^\\u0000]*$', examples: ['job:J-17'] }), {
          maxItems: 8,
          description:
            'Only events with this attribute, as `name:value`; the name ends at the first colon, numbers and booleans are written as in JSON. May be repeated.',
        }),
      ),
      order: Type.Enum(['asc', 'desc'], { default: 'desc', description: 'Oldest first, or newest first.' }),
      ...pageQuery(),
    }),
    response: {
      200: closed(page(Summary), { description: 'A page of events.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/devices/:deviceId/events', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const { type, outcome, attribute = [], order, limit, cursor: given } = request.query;
    const { from, to, after } = given === undefined ? firstPage(request.query) : nextPage(given);
    const device = await requireDevice(db, caller(request), request.params.deviceId);
    const attributes = attribute.map(splitAttribute);
    const filter = { from, to, type, outcome, attributes, order, after, limit: limit + 1 };
    return toPage(await listEvents(db, device, filter), limit, ({ recordedAt, id }) =>
      cursor.encode({ from: from.getTime(), to: to.getTime(), at: recordedAt.getTime(), id }),
    );
  });

  function firstPage(query: { from?: string; to?: string }) {
    return { ...readTimeRange(query, clock(), SPAN_MS), after: undefined };
  }

  function nextPage(given: string) {
    const { from, to, at, id } = cursor.decode(given);
    return { from: new Date(from), to: new Date(to), after: { recordedAt: new Date(at), id } };
  }

  const one = {
    summary: 'Show an event',
    description: 'An event with all its data, as it was sent; a series of numbers may be a million long.',
    tags: ['devices'],
    params: closed({ deviceId: Id, eventId: Id }),
    querystring: closed({}),
    response: { 200: Detail, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/devices/:deviceId/events/:eventId', { config: { access: 'viewer' }, schema: one }, async (request) => {
    const { deviceId, eventId } = request.params;
    const device = await requireDevice(db, caller(request), deviceId);
    const event = await findEvent(db, device, eventId);
    if (!event) throw new StepCloudError('NOT_FOUND', 'the device has no event with this id');
    return { ...event, sensors: event.sensors.map(toView) };
  });
}

function splitAttribute(given: string): [string, string] {
  const colon = given.indexOf(':');
  return [given.slice(0, colon), given.slice(colon + 1)];
}

type Sensor = NonNullable<Awaited<ReturnType<typeof findEvent>>>['sensors'][number];

function toView({ series, ...sensor }: Sensor) {
  if (!series) return sensor;
  const { times, values, x } = series;
  return {
    ...sensor,
    ts: unpackNumbers(times),
    values: unpackNumbers(values),
    ...(x && { x: { ...x, values: unpackNumbers(x.values) } }),
  };
}
