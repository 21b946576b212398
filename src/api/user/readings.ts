import { Type } from 'typebox';
import { findSensor, readReadings } from '../../db/reading-views.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { createCursor, toPage } from '../cursor.ts';
import { failures } from '../problems.ts';
import { closed, Id, page, pageQuery, Time, text } from '../schemas.ts';
import { readTimeRange, type TimeRange, timeRangeQuery } from '../time-range.ts';
import type { UserRouteOptions } from './options.ts';
import { sensorProperties, Value } from './sensors.ts';
import { requireDevice } from './visible.ts';

const Reading = closed({
  recordedAt: { ...Time, description: 'When it was measured.' },
  value: Value,
  receivedAt: { ...Time, description: 'When it reached the broker, to the second.' },
});

/**
 * A page leaves the rest of its span to the next one, in epoch milliseconds (times are stored to the millisecond). So
 * the default span does not move from page to page, and data that comes late is found if it lies ahead.
 */
const instant = Type.Integer({ minimum: Date.UTC(-1, 0), maximum: Date.UTC(10_001, 0) });
const cursor = createCursor(closed({ from: instant, to: instant }));

function rest({ from, to }: TimeRange, order: 'asc' | 'desc', last: Date): string {
  const at = last.getTime();
  return cursor.encode(order === 'asc' ? { from: at + 1, to: to.getTime() } : { from: from.getTime(), to: at });
}

export function readings(app: App, { db, clock, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'Readings of a sensor',
    description: 'The values of one sensor of a device by time of measurement, exactly as they were sent.',
    tags: ['devices'],
    params: closed({ deviceId: Id }),
    querystring: closed({
      label: text(128, { description: 'Which sensor.', examples: ['temperature'] }),
      ...timeRangeQuery(),
      order: Type.Enum(['asc', 'desc'], { default: 'asc', description: 'Oldest first, or newest first.' }),
      ...pageQuery({ maximum: 10_000, fallback: 1_000 }),
    }),
    response: {
      200: closed({ sensor: closed(sensorProperties), ...page(Reading) }, { description: 'A page of readings.' }),
      ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND'),
    },
  };
  app.get('/devices/:deviceId/readings', { config: { access: 'viewer' }, schema }, async (request) => {
    const { label, order, limit, cursor: given } = request.query;
    const range = given === undefined ? readTimeRange(request.query, clock()) : toRange(cursor.decode(given));
    const device = await requireDevice(db, caller(request), request.params.deviceId);
    const sensor = await findSensor(db, device, label);
    if (!sensor) throw new StepCloudError('NOT_FOUND', 'the device has no sensor with this label');
    const rows = await readReadings(db, sensor, { ...range, order, limit: limit + 1 });
    return { sensor, ...toPage(rows, limit, (last) => rest(range, order, last.recordedAt)) };
  });
}

function toRange({ from, to }: { from: number; to: number }): TimeRange {
  return { from: new Date(from), to: new Date(to) };
}
