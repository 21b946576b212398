import { listEvents, listEventsOf, readParts } from '../../db/event-views.ts';
import { findOfficeTimeZone } from '../../db/time-zones.ts';
import { unpackNumbers } from '../../messages/packed-numbers.ts';
import type { App } from '../app.ts';
import { createCursor, Instant, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, page, pageQuery } from '../schemas.ts';
import { DAY_MS, readSpan, spanInCursor, writeSpan } from '../time-range.ts';
import { OfficeTimeZone } from '../time-zone.ts';
import { EventDetail, EventSummary, eventFilter, PlacedEvent, splitAttribute } from './event-schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { PLACE, placeQuery, readPlace } from './place.ts';
import { requireDevice, requireEvent } from './visible.ts';

const SPAN_MS = 30 * DAY_MS;

/** Where a page ends: with this event, in a span that does not move from page to page. Times are epoch milliseconds. */
const position = { ...spanInCursor, at: Instant, id: Id };
const ofDevice = createCursor(closed(position));
const ofMany = createCursor(closed({ ...position, device: Id }));

export function events(app: App, { db, reader, clock, caller }: UserRouteOptions): void {
  const list = {
    summary: 'Events of a device',
    description:
      'What a device did, by the time it was recorded, with what its sensors measured in short. All conditions must hold.',
    tags: ['devices'],
    params: closed({ deviceId: Id }),
    querystring: closed({ ...eventFilter, ...pageQuery() }),
    response: {
      200: closed({ timeZone: OfficeTimeZone, ...page(EventSummary) }, { description: 'A page of events.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/devices/:deviceId/events', { config: { access: 'viewer' }, schema: list }, async (request) => {
    const { attribute = [], limit, cursor, ...filter } = request.query;
    const given = cursor === undefined ? undefined : ofDevice.decode(cursor);
    const span = readSpan(given, filter, clock(), SPAN_MS);
    const device = await requireDevice(db, caller(request), request.params.deviceId);
    const after = given && { recordedAt: new Date(given.at), id: given.id };
    const asked = { ...wanted(filter, attribute), ...span, after, limit: limit + 1 };
    const rows = await listEvents(db, device, asked);
    const timeZone = await findOfficeTimeZone(db, device);
    return {
      timeZone,
      ...toPage(rows, limit, ({ recordedAt, id }) =>
        ofDevice.encode({ ...writeSpan(span), at: recordedAt.getTime(), id }),
      ),
    };
  });

  const across = {
    summary: 'Events of many devices',
    description: `What devices did, by the time it was recorded, with what their sensors measured in short: all devices ${PLACE}. All conditions must hold.`,
    tags: ['devices'],
    querystring: closed({ ...placeQuery, ...eventFilter, ...pageQuery() }),
    response: {
      200: closed(page(PlacedEvent), { description: 'A page of events.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/events', { config: { access: 'viewer' }, schema: across }, async (request) => {
    const { attribute = [], limit, cursor, ...filter } = request.query;
    const given = cursor === undefined ? undefined : ofMany.decode(cursor);
    const span = readSpan(given, filter, clock(), SPAN_MS);
    const user = caller(request);
    const place = await readPlace(db, user, filter);
    const after = given && { recordedAt: new Date(given.at), deviceId: given.device, id: given.id };
    const asked = { ...wanted(filter, attribute), ...span, after, limit: limit + 1 };
    const rows = await listEventsOf(reader, user.scope, place, asked);
    return toPage(rows, limit, ({ recordedAt, deviceId, id }) =>
      ofMany.encode({ ...writeSpan(span), at: recordedAt.getTime(), device: deviceId, id }),
    );
  });

  const one = {
    summary: 'Show an event',
    description:
      'An event with all its data, as it was sent; a series of numbers may be a million long: ask for it by itself, with `maxPoints`, to draw it.',
    tags: ['devices'],
    params: closed({ deviceId: Id, eventId: Id }),
    querystring: closed({}),
    response: { 200: EventDetail, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/devices/:deviceId/events/:eventId', { config: { access: 'viewer' }, schema: one }, async (request) => {
    const { deviceId, eventId } = request.params;
    const device = await requireDevice(db, caller(request), deviceId);
    const event = await requireEvent(db, device, eventId);
    const { sensors, ...parts } = await readParts(db, event);
    return { ...event, timeZone: await findOfficeTimeZone(db, device), ...parts, sensors: sensors.map(toView) };
  });
}

interface Filter {
  type?: string;
  outcome?: 'ok' | 'failed' | 'aborted';
  order: 'asc' | 'desc';
}

function wanted({ type, outcome, order }: Filter, attributes: readonly string[]) {
  return { type, outcome, order, attributes: attributes.map(splitAttribute) };
}

type Sensor = Awaited<ReturnType<typeof readParts>>['sensors'][number];

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
