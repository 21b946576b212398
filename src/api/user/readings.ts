import { Type } from 'typebox';
import { type ReadSensor, readReadingsOf, type SensorSpan } from '../../db/reading-views.ts';
import { findOfficeTimeZone } from '../../db/time-zones.ts';
import type { App } from '../app.ts';
import { createCursor, Instant, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, page, pageQuery, Time, text } from '../schemas.ts';
import { readSpan, spanInCursor, timeRangeQuery, writeSpan } from '../time-range.ts';
import { OfficeTimeZone } from '../time-zone.ts';
import type { UserRouteOptions } from './options.ts';
import { labelQuery, requireSensors, sensorInFull, Value } from './sensors.ts';
import { requireDevice } from './visible.ts';

const Readings = closed(
  {
    deviceId: Id,
    timeZone: OfficeTimeZone,
    from: { ...Time, description: 'Begin of what was asked for, inclusive.' },
    to: { ...Time, description: 'Its end, exclusive.' },
    sensors: Type.Array(closed(sensorInFull), { description: 'By label: what the readings are of.' }),
    ...page(
      closed({
        label: Type.String({ description: 'Which sensor.', examples: ['temperature'] }),
        recordedAt: { ...Time, description: 'When it was measured.' },
        value: Value,
        receivedAt: { ...Time, description: 'When it reached the broker, to the second.' },
      }),
    ),
  },
  { description: 'A page of readings.' },
);

/**
 * A page ends with this reading, of a span that does not move from page to page. Times are epoch milliseconds, and are stored
 * to the millisecond; readings of one time come in the order of their labels.
 */
const cursor = createCursor(closed({ ...spanInCursor, at: Instant, label: text(128) }));

export function readings(app: App, { db, reader, clock, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'Readings of a device',
    description:
      'What sensors of a device measured, by the time of measurement, exactly as it was sent. Data that comes late while pages are read shows up if it lies ahead, and never makes another reading come twice or not at all.',
    tags: ['devices'],
    params: closed({ deviceId: Id }),
    querystring: closed({
      ...labelQuery,
      ...timeRangeQuery(),
      order: Type.Enum(['asc', 'desc'], { default: 'asc', description: 'Oldest first, or newest first.' }),
      ...pageQuery({ maximum: 10_000, fallback: 1_000 }),
    }),
    response: { 200: Readings, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/devices/:deviceId/readings', { config: { access: 'viewer' }, schema }, async (request) => {
    const { label: labels, order, limit, cursor: given } = request.query;
    const position = given === undefined ? undefined : cursor.decode(given);
    const asked = readSpan(position, request.query, clock());
    const device = await requireDevice(db, caller(request), request.params.deviceId);
    const sensors = await requireSensors(db, device, labels);
    const spans = sensors.map((sensor) => restOf({ sensor, ...asked }, order, position));
    const rows = await readReadingsOf(reader, spans, { order, limit: limit + 1 });
    const { items, nextCursor } = toPage(rows, limit, ({ sensor: { label }, recordedAt }) =>
      cursor.encode({ ...writeSpan(asked), at: recordedAt.getTime(), label }),
    );
    return {
      deviceId: device.id,
      timeZone: await findOfficeTimeZone(db, device),
      ...asked,
      sensors: sensors.map(({ id: _, ...sensor }) => sensor),
      nextCursor,
      items: items.map(({ sensor: { label }, ...reading }) => ({ label, ...reading })),
    };
  });
}

/** What a page leaves of a span to the next one: of sensors behind the last one, its time still belongs to that. */
function restOf(
  span: SensorSpan<ReadSensor>,
  order: 'asc' | 'desc',
  after: { at: number; label: string } | undefined,
): SensorSpan<ReadSensor> {
  if (!after) return span;
  const isBehind = span.sensor.label > after.label;
  return order === 'asc'
    ? { ...span, from: new Date(isBehind ? after.at : after.at + 1) }
    : { ...span, to: new Date(isBehind ? after.at + 1 : after.at) };
}
