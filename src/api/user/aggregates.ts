import { Type } from 'typebox';
import { readBuckets } from '../../db/buckets.ts';
import { findOfficeTimeZone } from '../../db/time-zones.ts';
import { StepCloudError } from '../../errors.ts';
import type { App } from '../app.ts';
import { finestGrid, type Grid, makeGrid, WIDTH_NAMES } from '../bucket-widths.ts';
import { failures } from '../problems.ts';
import { closed, Id, Time } from '../schemas.ts';
import { DAY_MS, readTimeRange, type TimeRange, timeRangeQuery } from '../time-range.ts';
import { requireZone, timeZoneQuery } from '../time-zone.ts';
import { writeMoment, type Zone } from '../zone.ts';
import { bucketsOf, LocalTime, RATE_UNITS, SensorBuckets } from './bucket-views.ts';
import type { UserRouteOptions } from './options.ts';
import { labelQuery, requireSensors } from './sensors.ts';
import { requireDevice } from './visible.ts';

/** Of all sensors of an answer together. */
const MAX_BUCKETS = 10_000;
const DEFAULT_POINTS = 500;
/** Each day of it is looked at, for each sensor. */
const MAX_YEARS = 100;

const Aggregates = closed(
  {
    deviceId: Id,
    timeZone: Type.String({ description: 'What buckets are cut by.', examples: ['Europe/Berlin'] }),
    width: Type.String({ examples: ['1h'] }),
    from: { ...LocalTime, description: 'Begin of the first bucket.' },
    to: { ...LocalTime, description: 'End of the last bucket, exclusive.' },
    asOf: { ...Time, description: 'When this was so: a bucket that ends later is not over yet.' },
    sensors: Type.Array(SensorBuckets, { description: 'By label.' }),
  },
  { description: 'Buckets of sensors.' },
);

export function aggregates(app: App, { db, reader, clock, caller }: UserRouteOptions): void {
  const schema = {
    summary: 'Buckets of sensors of a device',
    description: `What sensors measured, summed up by buckets of time, for charts and reports: never a reading left out, late ones included as soon as they are stored. Give the \`width\` of buckets, or how many points a chart has room for: then the finest width that makes no more is taken. Minimum and maximum of each bucket keep the shape of the curve.

Buckets are whole: the first is the one that holds \`from\`, and the last the one that holds the moment before \`to\`. Those of 2 hours and more begin where clocks of the time zone show 0, 2, 4 ..., a day at midnight, a week on Monday (ISO 8601); so a day has 23 or 25 hours when clocks are changed. Those of an hour and less are as long as they say, and the hour that comes twice in autumn has buckets of its own.

An answer has at most ${MAX_BUCKETS} buckets, of all its sensors together.`,
    tags: ['devices'],
    params: closed({ deviceId: Id }),
    querystring: closed({
      ...labelQuery,
      ...timeRangeQuery(),
      width: Type.Optional(Type.Enum(WIDTH_NAMES, { description: 'Of each bucket.' })),
      maxPoints: Type.Optional(
        Type.Integer({
          minimum: 1,
          maximum: MAX_BUCKETS,
          description: `How many buckets of each sensor there may be; ${DEFAULT_POINTS} where nothing is said. Not together with \`width\`.`,
        }),
      ),
      ...timeZoneQuery('that of the office of the device'),
      rate: Type.Enum(RATE_UNITS, { default: 'hour', description: 'What the rate of counters is by.' }),
    }),
    response: { 200: Aggregates, ...failures('REQUEST_INVALID', 'CREDENTIALS_INVALID', 'NOT_FOUND') },
  };
  app.get('/devices/:deviceId/aggregates', { config: { access: 'viewer' }, schema }, async (request) => {
    const { label: labels, width, maxPoints, timeZone: asked, rate } = request.query;
    if (width !== undefined && maxPoints !== undefined)
      throw new StepCloudError('REQUEST_INVALID', 'give width or maxPoints, not both');
    const now = clock();
    const span = readTimeRange(request.query, now);
    const device = await requireDevice(db, caller(request), request.params.deviceId);
    const sensors = await requireSensors(db, device, labels);
    const zone = requireZone(asked ?? (await findOfficeTimeZone(db, device)));
    const grid = requireGrid(zone, span, { width, maxPoints, sensors: sensors.length });
    const times = grid.edges.map((edge) => writeMoment(edge, zone.offsetAt(edge)));
    const found = [];
    for (const sensor of sensors) {
      const read = await readBuckets(reader, sensor, grid.edges, now);
      found.push(bucketsOf(sensor, read, { times, rate, now }));
    }
    return {
      ...{ deviceId: device.id, timeZone: zone.name, width: grid.width, asOf: new Date(now) },
      ...{ from: times[0] ?? span.from.toISOString(), to: times.at(-1) ?? span.to.toISOString(), sensors: found },
    };
  });
}

interface Wanted {
  readonly width: string | undefined;
  readonly maxPoints: number | undefined;
  readonly sensors: number;
}

function requireGrid(zone: Zone, span: TimeRange, { width, maxPoints = DEFAULT_POINTS, sensors }: Wanted): Grid {
  const [from, to] = [span.from.getTime(), span.to.getTime()];
  if (to - from > MAX_YEARS * 366 * DAY_MS)
    throw new StepCloudError('REQUEST_INVALID', `a span of more than ${MAX_YEARS} years: take a later begin`);
  const most = Math.floor(MAX_BUCKETS / Math.max(1, sensors));
  const points = Math.min(maxPoints, most);
  const grid = width === undefined ? finestGrid(zone, from, to, points) : makeGrid(zone, width, from, to, most);
  if (grid) return grid;
  const detail =
    width === undefined
      ? `even buckets of ${WIDTH_NAMES.at(-1)} are more than ${points}: take a shorter span or more points`
      : `buckets of ${width} are more than ${most} of each of ${sensors} sensors (${MAX_BUCKETS} in all is the limit): take a shorter span, a larger width or fewer sensors`;
  throw new StepCloudError('REQUEST_INVALID', detail);
}
