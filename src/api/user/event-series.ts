import { Type } from 'typebox';
import { findEventSensor } from '../../db/event-views.ts';
import { findOfficeTimeZone } from '../../db/time-zones.ts';
import { StepCloudError } from '../../errors.ts';
import { unpackNumbers } from '../../messages/packed-numbers.ts';
import type { App } from '../app.ts';
import { downsample } from '../downsample.ts';
import { failures } from '../problems.ts';
import { closed, Id, Time, text } from '../schemas.ts';
import { readTimeRange, timeQuery } from '../time-range.ts';
import { OfficeTimeZone } from '../time-zone.ts';
import { pointProperties, sensorOfEvent } from './event-schemas.ts';
import type { UserRouteOptions } from './options.ts';
import { requireDevice, requireEvent } from './visible.ts';

const MAX_POINTS = 100_000;

const Series = closed(
  {
    deviceId: Id,
    eventId: Id,
    recordedAt: { ...Time, description: 'When the event happened or ended.' },
    timeZone: OfficeTimeZone,
    ...sensorOfEvent,
    count: Type.Integer({ description: 'How many points of the series lie in what was asked for.' }),
    isComplete: Type.Boolean({ description: 'Whether all of these are here; otherwise they are `maxPoints` at most.' }),
    ...pointProperties,
  },
  { description: 'The series, as columns of the same length, in the order it was sent.' },
);

const bound = (description: string) => Type.Optional(Type.Number({ description }));

export function eventSeries(app: App, { db, clock, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'A series of an event',
    description:
      'What one sensor measured during an event, or a part of that, by time or by what it is drawn over. Where there are more points than `maxPoints`, the least and the greatest of equal slices are kept, and the first and the last: points as they were sent, so that no peak is lost.',
    tags: ['devices'],
    params: closed({ deviceId: Id, eventId: Id }),
    querystring: closed({
      label: text(128, { description: 'Which sensor of the event.', examples: ['separation weight'] }),
      from: timeQuery('Only points from this time on: ISO 8601 with a zone.'),
      to: timeQuery('Only points before this time: ISO 8601 with a zone.'),
      fromX: bound('Only points from this x on; of a series that has such.'),
      toX: bound('Only points before this x.'),
      maxPoints: Type.Integer({ minimum: 2, maximum: MAX_POINTS, default: 1_000 }),
    }),
    response: { 200: Series, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  const url = '/devices/:deviceId/events/:eventId/series';
  app.get(url, { config: { access: 'viewer' }, schema }, async (request) => {
    const { label, maxPoints, fromX, toX, ...query } = request.query;
    const device = await requireDevice(db, caller(request), request.params.deviceId);
    const event = await requireEvent(db, device, request.params.eventId);
    const sensor = await findEventSensor(db, event, label);
    if (!sensor?.series) throw new StepCloudError('NOT_FOUND', `the event has no series with this label: ${label}`);
    const { series, unit, kind, visualization } = sensor;
    if (!series.x && (fromX !== undefined || toX !== undefined))
      throw new StepCloudError('REQUEST_INVALID', 'the series is drawn over time: it has no x');
    const asked = { ...readTimeRange({ ...EVER, ...query }, clock()), fromX, toX };
    const { count, ...points } = pointsOf(series, asked, maxPoints);
    return {
      ...{ deviceId: device.id, eventId: event.id, recordedAt: event.recordedAt },
      timeZone: await findOfficeTimeZone(db, device),
      ...{ label, unit, kind, visualization, count, isComplete: points.values.length === count },
      ...points,
    };
  });
}

/** Nothing is recorded before or behind these. */
const EVER = { from: '0000-01-01T00:00:00Z', to: '9999-12-31T23:59:59Z' };

interface Asked {
  readonly from: Date;
  readonly to: Date;
  readonly fromX: number | undefined;
  readonly toX: number | undefined;
}

type Packed = NonNullable<NonNullable<Awaited<ReturnType<typeof findEventSensor>>>['series']>;

function pointsOf({ times, values, x }: Packed, { from, to, fromX = -Infinity, toX = Infinity }: Asked, most: number) {
  const [ts, numbers, xs] = [unpackNumbers(times), unpackNumbers(values), x && unpackNumbers(x.values)];
  const [first, end] = [from.getTime(), to.getTime()];
  const inside = ts.flatMap((at, index) => {
    const drawnAt = xs?.[index] ?? 0;
    return at >= first && at < end && (!xs || (drawnAt >= fromX && drawnAt < toX)) ? [index] : [];
  });
  const kept = downsample(
    inside.map((index) => numbers[index] as number),
    most,
  ).map((place) => inside[place] as number);
  const pick = (column: readonly number[]) => kept.map((index) => column[index] as number);
  return {
    count: inside.length,
    ...{ ts: pick(ts), values: pick(numbers) },
    ...(x && xs && { x: { label: x.label, unit: x.unit, values: pick(xs) } }),
  };
}
